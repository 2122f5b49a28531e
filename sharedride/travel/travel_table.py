"""How far and how long it is from place to place."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TravelTable:
    """Travel between all places of a day, rows and columns in the order of ``day.places``.

    Attributes
    ----------
    km
        Road distance, shape ``(places, places)``, not necessarily symmetric.
    minutes
        Driving time, same shape.
    metric
        Whether both are known to obey the triangle inequality, which makes the search faster.
    billed_km
        Distance that is billed, same shape; ``None`` where that is ``km``.
    snapped_m
        Metres from each place to the road an engine moved it to, shape ``(places,)``; ``None`` for no engine.
    data_version
        What a road engine calls its data, if anything.
    """

    km: FloatArray
    minutes: FloatArray
    metric: bool = False
    billed_km: FloatArray | None = None
    snapped_m: FloatArray | None = None
    data_version: str | None = None

    @property
    def km_to_bill(self) -> FloatArray:
        """Distance invoices are made on, shape ``(places, places)``."""
        return self.km if self.billed_km is None else self.billed_km
