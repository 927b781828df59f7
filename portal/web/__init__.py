"""The frame of the browser pages: look, forms, headers, error pages."""
