"""The web application (Django): the effectiveness programme of one county, on one laptop or one small server."""
