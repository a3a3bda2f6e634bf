"""Frames and messages survive everything a line can do to them."""

import itertools
import json
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timing_firmware import protocol
from timing_firmware.protocol import (
    FrameDecoder,
    MessageReader,
    cobs_decode,
    cobs_encode,
    encode,
    frame,
    parse,
)

CROSSING = {
    "s": "1a2b3c4d", "e": 4_294_967_295, "n": 4_000_000_000, "k": 4_294_967_295, "m": 1 << 53, "sensor": 15,
    "w": 1_790_000_000_000, "ws": 1, "sim": 1,
}  # fmt: skip
CLOSED = {
    "s": "1a2b3c4d", "e": 4_294_967_295, "n": 4_000_000_000, "k": 4_294_967_295, "m": 1 << 52, "sensor": 15,
    "sim": 1, "ref": 3_999_999_999, "mask": 255, "pulses": 9999, "axles": 9999, "last": 5_000_000,
    "high": 5_000_000, "agap": 5_000_000, "edges": 99_999, "slow": 1,
}  # fmt: skip
SAMPLES = (
    ("x", CROSSING),
    ("xe", CLOSED),
    ("ack", {"e": 7, "n": 12}),
    ("ping", {"a": 123_456_789}),
    ("hs", {"s": "00000000", "e": 1, "n": 1, "k": 1, "m": 0, "code": "stuck", "value": 3000, "sensor": 0}),
)


@given(st.binary(max_size=1500))
def test_any_bytes_survive_cobs(data: bytes) -> None:
    encoded = cobs_encode(data)
    assert 0 not in encoded
    assert cobs_decode(encoded) == data


@pytest.mark.parametrize("length", [0, 1, 253, 254, 255, 508, 509])
def test_runs_without_zeros_survive_cobs_at_their_limits(length: int) -> None:
    for data in (b"\x01" * length, b"\x01" * length + b"\0", b"\0" + b"\x01" * length):
        assert cobs_decode(cobs_encode(data)) == data


@given(st.lists(st.binary(max_size=2600), max_size=8))
def test_no_bytes_whatsoever_make_the_reader_raise(pieces: list[bytes]) -> None:
    reader = MessageReader()
    for piece in pieces:
        reader.feed(piece)
    assert [message.kind for message in reader.feed(b"\0" + encode("bye", {}))] == ["bye"]


@given(st.binary(max_size=1000))
def test_any_valid_frame_with_any_content_is_judged_without_raising(payload: bytes) -> None:
    MessageReader().feed(frame(payload))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(sorted(protocol._SHAPES)), st.data())
def test_wrong_types_are_dropped_and_never_reach_the_reader(kind: str, data: st.DataObject) -> None:
    must, may = protocol._SHAPES[kind]
    keys = data.draw(st.lists(st.sampled_from([*must, *may, "other"]), unique=True))
    message = parse(json.dumps({"v": 1, "t": kind, **{key: data.draw(JSON) for key in keys}}).encode())
    if message is not None:
        message.have()
        message.spans()
        for key in (*must, *may):
            for read in (message.whole, message.text, message.wholes, message.texts, message.table):
                read(key)
            assert key not in must or key in message.fields


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 1190,
        b'{"v":1,"t":"bye","why":"\\ud800"}',
        b'{"v":1,"t":"bye","x":NaN}',
        b'{"v":1,"t":"ping","a":true}',
        b'{"v":1,"t":"ping","a":-1}',
        b'{"v":1,"t":"ping","a":9007199254740993}',
        b'{"v":2,"t":"bye"}',
        b'{"v":1,"t":["bye"]}',
        b"\xff\xfe",
        b"7",
    ],
    ids=lambda payload: payload[:24].decode("latin-1"),
)
def test_a_payload_that_breaks_the_rules_is_counted_and_dropped(payload: bytes) -> None:
    reader = MessageReader()
    assert reader.feed(frame(payload)) == []
    assert reader.rejected == 1


def test_an_unknown_kind_is_told_apart_from_a_broken_message() -> None:
    message = parse(b'{"v":1,"t":"new"}')
    assert message is not None
    assert not message.known


@pytest.mark.parametrize(("kind", "fields"), SAMPLES)
def test_a_message_arrives_as_sent_wherever_the_stream_is_cut(kind: str, fields: dict[str, object]) -> None:
    stream = encode(kind, fields) * 2
    for at in range(len(stream) + 1):
        reader = MessageReader()
        messages = reader.feed(stream[:at]) + reader.feed(stream[at:])
        assert [message.kind for message in messages] == [kind, kind]
        assert all(fields.items() <= message.fields.items() for message in messages)
        assert reader.rejected == 0
    reader = MessageReader()
    assert len([message for byte in stream for message in reader.feed(bytes((byte,)))]) == 2


def test_every_numbered_message_fits_its_limit_with_the_largest_numbers() -> None:
    for kind, fields in SAMPLES:
        encode(kind, fields)
    with pytest.raises(ValueError, match="too long"):
        encode("hs", {**CROSSING, "code": "x" * 24, "unknown": "y" * 100})


@pytest.mark.slow
def test_no_frame_with_one_or_two_flipped_bits_is_taken_for_another() -> None:
    taken = 0
    for kind, fields in SAMPLES[:3]:
        clean = encode(kind, fields)
        payload = json.dumps({"v": 1, "t": kind, **fields}, separators=(",", ":")).encode()
        bits = range(len(clean) * 8)
        chance = random.Random(1)
        pairs = [tuple(chance.sample(bits, 2)) for _ in range(20_000)]
        for flips in itertools.chain(((bit,) for bit in bits), pairs):
            dirty = bytearray(clean)
            for bit in flips:
                dirty[bit // 8] ^= 1 << bit % 8
            found = FrameDecoder().feed(b"\0" + bytes(dirty) + b"\0")
            taken += sum(each != payload for each in found)
    assert taken == 0


def test_garbage_costs_no_frame_but_the_one_it_hits() -> None:
    reader = MessageReader()
    boot = b"U-Boot 2023.04\r\nHit any key\r\n"
    messages = reader.feed(boot + encode("bye", {}) + boot + encode("ping", {"a": 5}))
    assert [message.kind for message in messages] == ["bye", "ping"]
    assert reader.rejected == 2


def test_a_flood_without_zeros_is_dropped_and_needs_no_memory() -> None:
    decoder = FrameDecoder()
    for _ in range(1000):
        assert decoder.feed(b"\xaa" * 1000) == []
    assert len(decoder._buffer) <= protocol.BUFFER_LIMIT
    assert decoder.feed(encode("bye", {})) != []
    assert decoder.rejected == 1


def test_the_checksum_is_the_common_one() -> None:
    assert cobs_decode(frame(b"{}").strip(b"\0")) == b"{}" + zlib.crc32(b"{}").to_bytes(4, "little")


@settings(max_examples=30)
@given(st.text(max_size=40))
def test_a_name_in_any_script_fits_a_hello(name: str) -> None:
    fields = {
        "s": "1a2b3c4d", "uid": "0" * 32, "name": name, "hw": "h" * 64, "fw": "0.1.0", "caps": ["gpio"],
        "sensors": ["漢" * 16] * 8, "e": 1, "epochs": [[4_294_967_295] * 3] * 4, "k": 1, "m": 1,
        "nonce": "0" * 16,
    }  # fmt: skip
    assert encode("hello", fields)
