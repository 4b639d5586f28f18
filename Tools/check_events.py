"""Checks that TensorBoard reads what the callback TensorBoard wrote, and that the numbers are those of the training's log.

Run with TensorBoard or TensorFlow:  python Tools/check_events.py folder
The test "TensorBoard gets scalars and distributions" writes the folder when SHINKEI_EVENTS_OUT names it: train,
validation, log.csv.
"""

import csv
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def read(folder):
    """Scalars and histograms: tag -> list of (step, value), value a float or (count, least, most, sum of buckets)."""
    try:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    except ImportError:
        return read_records(folder)
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "histograms": 0}).Reload()
    found = {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    for tag in events.Tags()["histograms"]:
        found[tag] = [summary(e.step, e.histogram_value) for e in events.Histograms(tag)]
    return found


def read_records(folder):
    """The same by TensorFlow's own reader of records, which checks lengths and checksums."""
    import tensorflow as tf
    from tensorflow.core.util import event_pb2

    found = {}
    for path in sorted(pathlib.Path(folder).glob("events.out.tfevents.*")):
        for number, record in enumerate(tf.data.TFRecordDataset(str(path))):
            event = event_pb2.Event.FromString(record.numpy())
            assert event.wall_time > 1e9
            assert number > 0 or event.file_version == "brain.Event:2", event
            for value in event.summary.value:
                kind = value.WhichOneof("value")
                entry = (event.step, value.simple_value) if kind == "simple_value" else summary(event.step, value.histo)
                found.setdefault(value.tag, []).append(entry)
    return found


def summary(step, histogram):
    assert list(histogram.bucket_limit) == sorted(histogram.bucket_limit)
    assert len(histogram.bucket) == len(histogram.bucket_limit)
    return step, (histogram.num, histogram.min, histogram.max, sum(histogram.bucket))


def main(folder):
    folder = pathlib.Path(folder)
    train, validation = read(folder / "train"), read(folder / "validation")
    rows = list(csv.DictReader(open(folder / "log.csv")))
    for name in rows[0]:
        if name == "epoch":
            continue
        events = validation["epoch_" + name[4:]] if name.startswith("val_") else train["epoch_" + name]
        assert [step for step, _ in events] == [int(row["epoch"]) for row in rows], name
        for (_, value), row in zip(events, rows):
            assert abs(value - float(row[name])) <= 1e-6 * abs(value), (name, value, row)
    assert len(train["epoch_learning_rate"]) == len(rows)
    assert [step for step, _ in train["batch_loss"]] == [2, 4, 6, 8, 10, 12]
    assert [step for step, _ in validation["evaluation_loss_vs_iterations"]] == [4, 8, 12]
    histograms = [tag for tag in train if tag.endswith("/histogram")]
    assert len(histograms) == 4, histograms
    for tag in histograms:
        assert [step for step, _ in train[tag]] == [0, 2], tag
        for _, (count, least, most, counted) in train[tag]:
            assert count == counted > 0 and least <= most, tag
    print(f"{folder}: {len(train) + len(validation)} tags read by TensorBoard's reader")


main(sys.argv[1])
