"""Killing the program where it hurts most, and counting on the other side what arrived.

For another channel: write an async function like `on_file.work` that opens the workspace, queues `replies`, and lets
the engine settle; name it to `ForkServer("module:function")`; and give `judge` the copies that the server counted.
"""
