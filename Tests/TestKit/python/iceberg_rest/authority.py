"""Who may ask: fixed bearer tokens, or tokens given out for client credentials."""

import base64
import secrets
import threading
import time
import urllib.parse

import catalog


class Authority:
    def __init__(self, settings):
        self.lock = threading.Lock()
        self.fixed = set(settings.get("tokens", []))
        self.client = settings.get("client")
        self.scope = settings.get("scope")
        self.seconds = settings.get("tokenSeconds")
        self.given = {}
        self.count = 0

    @property
    def is_open(self):
        return not self.fixed and self.client is None

    def check(self, header, path):
        if self.is_open:
            return
        scheme, _, token = (header or "").partition(" ")
        if scheme != "Bearer" or not token:
            raise catalog.Failure(401, "NotAuthorizedException", "No credentials")
        with self.lock:
            if token in self.fixed:
                return
            if token not in self.given:
                raise catalog.Failure(401, "NotAuthorizedException", "Not a token of this server")
            if self.given[token] <= time.monotonic():
                raise catalog.Failure(401, "NotAuthorizedException", "The token has expired")

    def expire(self):
        with self.lock:
            self.given = {token: 0 for token in self.given}

    def token(self, body, header):
        """The answer to a token request: OAuth2's own error model (RFC 6749, section 5.2)."""
        form = {key: values[0] for key, values in urllib.parse.parse_qs(body.decode(), keep_blank_values=True).items()}
        user, password = form.get("client_id"), form.get("client_secret")
        if header and header.startswith("Basic "):
            user, _, password = base64.b64decode(header[6:]).decode().partition(":")
        if form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        if self.client is None or [user, password] != self.client:
            return 401, {"error": "invalid_client", "error_description": "Credentials given were invalid"}
        if self.scope and form.get("scope") != self.scope:
            return 400, {"error": "invalid_scope"}
        with self.lock:
            self.count += 1
            token = f"given-{self.count}-{secrets.token_hex(8)}"
            self.given[token] = time.monotonic() + (self.seconds or 3600)
        answer = {"access_token": token, "token_type": "bearer", "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
        return 200, {**answer, "expires_in": self.seconds} if self.seconds else answer
