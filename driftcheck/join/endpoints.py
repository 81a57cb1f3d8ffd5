"""The listeners of one broker, its faces side by side."""

from __future__ import annotations

from dataclasses import replace

from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.inventory import Advertised, Endpoint, RegisteredFace

Face = Fact[tuple[Advertised, ...]]

_NOT_THERE = Absent(evidence="it does not have this listener")


def side_by_side(
    intended: Face, rendered: Face, registered: Fact[RegisteredFace], config: Face
) -> tuple[Endpoint, ...]:
    """One Endpoint per listener that any face has, in the order of the faces' own lists.

    `current` is the registered one where the broker is registered, the configured one where it is not, and
    Unknown where that is not known. Where no face is known and one could be, there is one Endpoint without
    a name, so that the question stays open.
    """
    told = registered.value.endpoints if isinstance(registered, Known) else registered
    faces = (told, rendered, intended)
    listeners = dict.fromkeys(
        endpoint.listener for face in faces if isinstance(face, Known) for endpoint in face.value
    )
    if not listeners and any(isinstance(face, Unknown) for face in faces):
        listeners = {"": None}
    current = _current(registered, told, config)
    return tuple(
        Endpoint(
            listener=name,
            intended=_of(intended, name),
            rendered=_of(rendered, name),
            registered=_of(told, name),
            config=_of(config, name),
            current=_of(current, name),
        )
        for name in listeners
    )


def _current(registered: Fact[RegisteredFace], told: Face, config: Face) -> Face:
    match registered:
        case Absent():
            return config
        case Unknown():
            return replace(registered, candidates=(config,) if isinstance(config, Known) else ())
    return told


def _of(face: Face, listener: str) -> Fact[Advertised]:
    """A face's endpoint of this name; what the face could be, as far as it has the listener."""
    match face:
        case Absent():
            return face
        case Unknown():
            possible = (_of(option, listener) for option in face.candidates)
            return replace(face, candidates=tuple(each for each in possible if isinstance(each, Known)))
    for endpoint in face.value:
        if endpoint.listener == listener:
            return Known(value=endpoint, location=endpoint.location)
    return replace(_NOT_THERE, location=face.location)
