"""What can be told from an address alone."""


def without_tag(address: str) -> str:
    """The address without its tag (RFC 5233): "desk+news@example.org" is "desk@example.org"."""
    local, at, domain = address.rpartition("@")
    name, _plus, _tag = local.partition("+")
    return f"{name}{at}{domain}" if name else address
