"""What was learned as bytes, and back: arrays and a little JSON, never anything that could run."""

import json
from io import BytesIO
from typing import Any

from .learned import Head, Learned

FORMAT = 1  # counts up whenever what was kept before cannot be read any more


def to_bytes(learned: Learned) -> bytes:
    import numpy

    arrays: dict[str, Any] = {
        "weights": learned.weights.astype("f2"),
        "keys": learned.keys,
        "data": learned.by_column.data.astype("f2"),
        "indices": learned.by_column.indices,
        "indptr": learned.by_column.indptr,
    }
    told: dict[str, Any] = {}
    for number, (aspect, head) in enumerate(learned.heads.items()):
        arrays[f"coefficients{number}"] = head.coefficients.astype("f2")
        arrays[f"intercepts{number}"] = head.intercepts
        told[aspect] = {
            "labels": head.labels,
            "scale": head.scale,
            "sure_from": head.sure_from,
            "least_lead": head.least_lead,
            "right": head.right,
            "spoken": head.spoken,
            "sayable": sorted(head.sayable),
        }
    arrays["told"] = numpy.frombuffer(json.dumps(told).encode(), dtype="u1")
    kept = BytesIO()
    numpy.savez_compressed(kept, **arrays)
    return kept.getvalue()


def to_learned(kept: bytes) -> Learned:
    """What `to_bytes` of the same FORMAT made."""
    import numpy
    from scipy.sparse import csc_array

    arrays = numpy.load(BytesIO(kept), allow_pickle=False)
    told = json.loads(arrays["told"].tobytes())
    weights = arrays["weights"].astype("f4")
    places = numpy.zeros(len(weights), dtype="i4")
    met = numpy.flatnonzero(weights)
    places[met] = numpy.arange(len(met))
    heads = {
        aspect: Head(
            labels=tuple(one["labels"]),
            coefficients=arrays[f"coefficients{number}"].astype("f4"),
            intercepts=arrays[f"intercepts{number}"],
            scale=tuple(one["scale"]),
            sure_from=one["sure_from"],
            least_lead=one["least_lead"],
            right=one["right"],
            spoken=one["spoken"],
            sayable=frozenset(one["sayable"]),
        )
        for number, (aspect, one) in enumerate(told.items())
    }
    by_column = csc_array(
        (arrays["data"].astype("f4"), arrays["indices"], arrays["indptr"]),
        shape=(len(arrays["keys"]), len(arrays["indptr"]) - 1),
    )
    return Learned(weights, places, heads, arrays["keys"], by_column)
