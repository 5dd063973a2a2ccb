"""Which addresses are public."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.transport.engines.addresses import is_public

CLOSED = [
    "0.0.0.1", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192",
    "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1",
    "64:ff9b::169.254.169.254", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
    "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
    "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1",
    "", "localhost", "127.1", "0x7f.1", "2130706433", "8.8.8.8.8", "[::1]",
]  # fmt: skip
OPEN = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "223.255.255.255",
    "2606:4700:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "64:ff9b::8.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_these_lead_into_somebodys_house(address: str) -> None:
    """Private, local, reserved, multicast, metadata, dressed as another; and what is none."""
    assert not is_public(address)


@pytest.mark.parametrize("address", OPEN)
def test_these_are_out_in_the_open(address: str) -> None:
    """Neighbours of the closed networks among them."""
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_nothing_is_public_that_python_knows_to_be_private(address: IPv4Address) -> None:
    """A second opinion, as far as it goes."""
    if address.is_private or address.is_multicast or address.is_loopback or address.is_link_local:
        assert not is_public(str(address))


@given(st.ip_addresses(v=6))
def test_nor_in_ipv6(address: IPv6Address) -> None:
    """And IPv4 inside IPv6 never counts for more than it would alone."""
    inside = address.ipv4_mapped or address.sixtofour
    if address.is_private or address.is_multicast or address.is_link_local or inside:
        assert not is_public(str(address))


@given(st.text(max_size=40))
def test_what_is_no_address_is_not_public(text: str) -> None:
    """Nothing crashes, either."""
    assert is_public(text) in (True, False)
