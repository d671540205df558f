"""The half of hal/files.py that is for MicroPython, whose files have no buffer of their own."""


def open_raw(path, mode):
    return open(path, mode)


def sync(file):
    file.flush()  # fsync(2) in the unix port


def sync_folder(path):
    folder = open(path, "rb")
    try:
        folder.flush()
    finally:
        folder.close()
