"""Fuzz a whole conversation: any bytes, however cut, are an answer, none, or malformed."""

import harness

with harness.instrumented():
    from secscan.parsing.records import MalformedError
    from secscan.probes.tls.conversation import Conversation, OldConversation
    from secscan.probes.tls.offer import Offer

OFFERS = (
    Offer("TLS 1.2", (0xC02F, 0xC013, 0x0033, 0x0034)),
    Offer("TLS 1.3", (0x1301, 0x1302, 0xC02F), exact=False, share=29),
    Offer("TLS 1.3", (0x1301,)),
    Offer("SSLv3", (0x0003, 0x0005)),
    Offer("SSLv2", (0x010080, 0x0700C0)),
)


def _talk(offer: Offer, pieces: list[bytes]) -> tuple[object, ...]:
    kind = OldConversation if offer.version == "SSLv2" else Conversation
    talk = kind(offer, "site.example")
    fault = False
    for piece in pieces:
        if talk.done or fault:
            break
        try:
            talk.feed(piece)
        except MalformedError:
            fault = True
    return talk.answer, talk.presented, talk.done, fault


def once(data: bytes) -> None:
    """Feed what follows the first byte at once and in pieces: that must not matter."""
    if len(data) < 2:
        return
    offer, sent = OFFERS[data[0] % len(OFFERS)], data[1:]
    size = 1 + data[0] // len(OFFERS)
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    if _talk(offer, [sent]) != _talk(offer, pieces):
        raise AssertionError("the answer depends on how the bytes are cut")


if __name__ == "__main__":
    seeds = [bytes([at]) + seed for at in range(len(OFFERS)) for seed in harness.flights()]
    harness.fuzz(once, seeds)
