"""Tells how many bytes a second one TCP connection brings, once the first SKIP of them are there: for TrafficTests.

    python3 - ADDRESS PORT SKIP
"""
import socket
import sys
import time

address, port, skip = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with socket.create_server((address, port)) as server:
    server.settimeout(120)
    connection, _ = server.accept()
connection.settimeout(120)
total, first = 0, None
while data := connection.recv(65536):
    total += len(data)
    last = (total, time.monotonic())
    # What comes in one piece counts from its end to that of the last one.
    if first is None and total >= skip:
        first = last
print((last[0] - first[0]) / (last[1] - first[1]))
