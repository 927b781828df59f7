"""People who sign in: by invitation only. What they may do is decided elsewhere, by their memberships."""
