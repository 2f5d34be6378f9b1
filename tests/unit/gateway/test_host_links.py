"""Hosts' links: each for one host, minted through the queue."""

from worker.gateway.host_links import url


def test_a_link_holds_the_token_as_an_address_can() -> None:
    assert (
        url("https://meet.example.org/{meeting}?t={token}", "a+b/c=", "m-1")
        == "https://meet.example.org/m-1?t=a%2Bb%2Fc%3D"
    )
    assert url(None, "a+b/c=", "m-1") == "a+b/c="
