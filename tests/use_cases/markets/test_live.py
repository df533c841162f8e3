from __future__ import annotations

import pandas as pd

from ml_analytics.use_cases.markets.live import infer_request, prediction_id


def test_the_request_is_open_inference_protocol_v2() -> None:
    row = pd.Series([1.5, -2.0], index=["a", "b"], name=pd.Timestamp("2018-03-05", tz="UTC"))
    request = infer_request("id-1", row, "SPX")
    assert request["inputs"] == [
        {"name": "features", "shape": [1, 2], "datatype": "FP64", "data": [1.5, -2.0]}
    ]
    assert request["parameters"] == {"time": "2018-03-05T00:00:00+00:00", "entity": "SPX"}


def test_the_id_of_a_bar_is_the_same_on_every_run() -> None:
    time = pd.Timestamp("2018-03-05 14:00", tz="UTC")
    assert (
        prediction_id("m", "1.0.0", time)
        == prediction_id("m", "1.0.0", time)
        == "m-1.0.0-20180305T140000000000"
    )
