"""What every answer says to the browser about safety."""

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'; worker-src 'self'"
)

# Where a view says one of these itself, that holds.
SAID = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
STRICT = ("Strict-Transport-Security", "max-age=31536000")


def install(app: Flask) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        there = {name.lower() for name, _ in headers}
        for name, value in SAID:
            if name.lower() not in there:
                headers.add(name, value)
        if "cache-control" not in there and not request.path.startswith("/static/"):
            headers.add("Cache-Control", "no-store")
        if app.extensions["settings"].secure_cookies and STRICT[0].lower() not in there:
            headers.add(*STRICT)
        return response
