#!/usr/bin/env python3
"""Writes Tests/Fixtures/pytorch: small models of the real PyTorch, their weights as safetensors, and what they compute.

    python make_pytorch_weights.py FOLDER      # needs torch, numpy
"""
import json
import struct
import sys

import numpy as np
import torch

torch.manual_seed(5)


def save(state, path):
    """Safetensors: a header of names, types and places, and the arrays behind it."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in state.items():
        if tensor.dtype != torch.float32:
            continue
        array = tensor.detach().numpy()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += np.ascontiguousarray(array).tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def numbers(tensor):
    return [float(f"{v:.8g}") for v in tensor.detach().numpy().ravel().tolist()]


class Pictures(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 4, 3)
        self.depth = torch.nn.Conv2d(4, 8, 2, groups=4)
        self.norm = torch.nn.BatchNorm2d(8, eps=1e-3)
        self.up = torch.nn.ConvTranspose2d(8, 3, 2)
        self.head = torch.nn.Sequential(torch.nn.PReLU(), torch.nn.Linear(3 * 4 * 5, 6))
        with torch.no_grad():
            self.norm.running_mean.normal_(0, 0.1)
            self.norm.running_var.uniform_(0.5, 1.5)
            self.norm.weight.uniform_(0.5, 1.5)
            self.norm.bias.normal_(0, 0.1)

    def forward(self, x):
        x = self.up(torch.relu(self.norm(self.depth(torch.relu(self.conv(x))))))
        return self.head(torch.flatten(x, 1))


class Words(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(9, 4)
        self.lstm = torch.nn.LSTM(4, 3, batch_first=True, bidirectional=True)
        self.gru = torch.nn.GRU(6, 5, batch_first=True)
        self.rnn = torch.nn.RNN(5, 4, batch_first=True)
        self.norm = torch.nn.LayerNorm(4, eps=1e-3)

    def forward(self, x):
        x = self.lstm(self.embedding(x))[0]
        return self.norm(self.rnn(self.gru(x)[0])[0])


folder = sys.argv[1]
expected = {"torch": torch.__version__}
pictures, x = Pictures().eval(), torch.randn(2, 2, 6, 7)
save(pictures.state_dict(), f"{folder}/pictures.safetensors")
expected["pictures"] = {"x": numbers(x.permute(0, 2, 3, 1)), "y": numbers(pictures(x))}
words, x = Words().eval(), torch.randint(0, 9, (2, 5))
save(words.state_dict(), f"{folder}/words.safetensors")
expected["words"] = {"x": x.numpy().ravel().tolist(), "y": numbers(words(x))}
with open(f"{folder}/expected.json", "w") as file:
    json.dump(expected, file)
    file.write("\n")
