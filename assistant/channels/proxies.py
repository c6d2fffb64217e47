"""The newsroom's own proxies: only they may say whom a request comes from, and by which scheme."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

from assistant.errors import BadInput

SETTING = "ASSISTANT_TRUSTED_PROXIES"
_MAPPED_BITS = 96


def trusted_networks(setting: str) -> list[str]:
    """The networks that a comma-separated setting names. Raises BadInput, which names it.

    An IPv4 network is there in both spellings: a socket that listens on IPv6 too gives the peers
    of IPv4 as ::ffff:a.b.c.d.
    """
    networks = []
    for part in filter(None, (each.strip() for each in setting.split(","))):
        try:
            network = ip_network(part, strict=False)
        except ValueError as error:
            raise BadInput(
                f"{SETTING}: {part!r} is no address and no network; write it like 10.0.0.0/8, "
                "several with commas between"
            ) from error
        if not network.prefixlen:
            raise BadInput(
                f"{SETTING}: {part!r} trusts everybody, so that any reader could be any other; "
                "name your proxies"
            )
        networks.append(str(network))
        if isinstance(network, IPv4Network):
            prefix = _MAPPED_BITS + network.prefixlen
            networks.append(f"::ffff:{network.network_address}/{prefix}")
    return networks
