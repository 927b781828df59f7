"""Looking into files that people hand in: in a process of its own, with little memory and little time, without the portal's settings.

``python -m portal.files.inspectors KIND SOURCE TARGET`` examines SOURCE as a file of that content type, writes a sanitised copy
to TARGET and prints ``{"fault": ""}``, or a fault's code and detail and no copy.
"""
