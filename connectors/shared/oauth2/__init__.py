"""Signing in through the person's own browser: OAuth 2.0 for programs on a desktop.

The system's browser is asked, never a window of ours (RFC 8252). The answer comes to a port of this computer that takes
one request and closes, and it is bound to this attempt by PKCE with S256 (RFC 7636) and by `state`. A renewed token is
committed through `Host.keep` before it is used, since many services void the old one at once.

A channel's sign-in does this, and asks its own server with its own `Http`::

    door = await Loopback.open(service.loopback)            # door.redirect_uri, for a service that wants to know it
    visit = BrowserVisit.begin(service, client, door)       # OpenBrowser(visit.url, …)
    tokens = await visit.finish(TokenEndpoint(service, client, http), host.now())
    await visit.close()                                     # also when the person gives up

and its connector asks `Renewal` for the access token of now.

https://www.rfc-editor.org/rfc/rfc6749, https://www.rfc-editor.org/rfc/rfc8252, https://www.rfc-editor.org/rfc/rfc7636
"""
