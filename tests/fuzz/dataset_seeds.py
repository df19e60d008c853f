# SPDX-License-Identifier: GPL-3.0-or-later
"""Data sets in one file and in several, good ones and broken ones."""
import gzip
import io
import pickle
import struct
import tarfile
import zipfile
import zlib

import h5py
import numpy as np


def idx(array):
    return struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def npy(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version)
    return file.getvalue()


def folder(what, *files):
    """Input of folder_target.cpp: what is opened (0 the folder, 1 :train, 2 :test, from 3 on the files), then pairs of a
    name's number and a content."""
    return bytes([what]) + b"".join(struct.pack("<BH", name, len(content)) + content for name, content in files)


def archive(entries, compression=zipfile.ZIP_STORED, comment=b""):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as made:
        made.comment = comment
        for name, content in entries.items():
            made.writestr(zipfile.ZipInfo(name + ".npy"), content, compression)
    return file.getvalue()


def archive64(content):
    """A stored archive whose sizes and offsets stand in the records of large archives."""
    name = b"x.npy"
    crc = zlib.crc32(content)
    local = struct.pack("<IHHHHHIIIHH", 0x04034b50, 45, 0, 0, 0, 0, crc, len(content), len(content), len(name), 0)
    extra = struct.pack("<HHHHQQQ", 2, 0, 1, 24, len(content), len(content), 0)
    entry = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 45, 45, 0, 0, 0, 0, crc, 0xffffffff, 0xffffffff, len(name),
                        len(extra), 0, 0, 0, 0, 0xffffffff) + name + extra
    start = len(local) + len(name) + len(content)
    end = struct.pack("<IQHHIIQQQQ", 0x06064b50, 44, 45, 45, 0, 0, 1, 1, len(entry), start)
    locator = struct.pack("<IIQI", 0x07064b50, 0, start + len(entry), 1)
    last = struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0)
    return local + name + content + entry + end + locator + last


def idx_seeds(images, labels):
    planar, colour = np.stack([images] * 3, 1), np.stack([images] * 3, 3)
    good, answers = idx(images), idx(labels)
    return {"plain": folder(8, (5, good)), "labels": folder(1, (0, good), (1, answers)),
            "splits": folder(0, (0, good), (1, answers), (2, idx(colour)), (3, gzip.compress(answers, mtime=0))),
            "colour": folder(2, (2, idx(colour)), (3, gzip.compress(answers, mtime=0))),
            "planar": folder(3, (0, idx(planar))), "packed": folder(1, (4, gzip.compress(good, mtime=0)), (1, answers)),
            "both": folder(1, (0, good), (4, gzip.compress(good, mtime=0))),
            "other_count": folder(1, (0, good), (1, idx(labels[:3]))), "labels_only": folder(4, (1, answers)),
            "no_labels": folder(1, (0, good), (1, good)), "matrix": folder(8, (5, idx(images[0]))),
            "five": folder(8, (5, idx(images[None, None]))), "wide": folder(8, (5, idx(np.zeros((1, 1, 65537), np.uint8)[:, :, :9]))),
            "huge": folder(8, (5, b"\0\0\x08\x03" + b"\xff" * 12)), "floats": folder(8, (5, b"\0\0\x0d" + good[3:])),
            "too_wide": folder(8, (5, struct.pack(">HBBIII", 0, 8, 3, 0, 1, 65537))),
            "bomb": folder(7, (4, gzip.compress(b"\0\0\x08\x03" + b"\x7f" * 12, mtime=0))),
            "less": folder(7, (4, gzip.compress(struct.pack(">HBBIII", 0, 8, 3, 999, 99, 99), mtime=0))),
            "short": folder(8, (5, good[:3])), "header": folder(8, (5, good[:9])), "magic": folder(3, (0, b"text...")),
            "packed_text": folder(7, (4, gzip.compress(b"text of some length", mtime=0)))}


def cifar_seeds(random):
    def records(labels, before=b""):
        return b"".join(before + bytes([label]) + random.bytes(3072) for label in labels)
    names = "\n".join("abcdefghij").encode()
    hundred = "\n".join(f"name {i}" for i in range(100)).encode()
    fine = records([7, 99], b"\3")
    return {"batch": folder(3, (0, records([1, 2, 3]))), "both_splits": folder(0, (0, records([1])), (2, records([2]))),
            "train": folder(1, (1, records([5])), (0, records([1])), (3, names)),
            "test": folder(2, (2, records([9])), (3, names + b"\nk")),
            "hundred": folder(1, (4, fine), (5, fine), (6, hundred)), "both_kinds": folder(0, (0, records([1])), (4, fine)),
            "by_names": folder(10, (7, fine), (6, hundred)), "by_other_names": folder(10, (7, records([1])), (3, names)),
            "by_size": folder(10, (7, records([4]))), "by_size_100": folder(10, (7, fine)), "either": folder(10, (7, b"")),
            "neither": folder(10, (7, b"12345")), "not_whole": folder(3, (0, b"12345")), "empty": folder(3, (0, b"")),
            "no_class": folder(3, (0, records([10]))), "no_fine_class": folder(7, (4, records([100], b"\0"))),
            "no_names": folder(7, (4, fine), (6, b"a"))}


def pickle_seeds(random):
    rows = np.frombuffer(random.bytes(2 * 3072), np.uint8).reshape(2, 3072)
    names = [f"class {i} é" for i in range(100)]

    def batch(labels, key="labels", data=rows, protocol=4, **more):
        return pickle.dumps({"batch_label": "1 of 5", key: labels, "data": data, "mean": 0.5, "none": None,
                             "names": ["a.png", "b.png"], **more}, protocol)
    seeds = {f"protocol_{p}": folder(10, (7, batch([3, 9], protocol=p))) for p in range(6)}
    meta = pickle.dumps({"label_names": names[:10], "num_vis": 3072, "large": 1 << 40}, 2)
    fine = pickle.dumps({"fine_label_names": names}, 4)
    python2 = (b"\x80\x02}q\1(U\6labelsq\2]q\3(K\6K\tl\x8a\0eU\4dataq\4cnumpy.core.multiarray\n_reconstruct\nq\5"
               b"cnumpy\nndarray\nq\6K\0\x85U\1b\x87Rq\7(K\1K\1M\0\x0c\x86cnumpy\ndtype\nq\x08U\2u1K\0K\1\x87Rq\t"
               b"(K\3U\1|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb\x89T\0\x0c\0\0" + random.bytes(3072) + b"tbu.")
    hostile = [b"cos\nsystem\nU\2id\x85R", b"\x8c\2os\x8c\6system\x93", b"K\1\x8c\1a\x93", b"cnumpy\nndarray\n)R",
               b"cnumpy\ndtype\n)R", b"cnumpy\ndtype\nU\2u1\x85R(K\3tb", b"c_codecs\nencode\nU\3\xe2\x82\xacU\6latin1\x86R",
               b"c_codecs\nencode\nK\1U\6latin1\x86R", b"c" + b"a" * 200, b"T\xff\xff\xff\x7f", b"\x95" + b"\xff" * 8,
               b"\x8a\x09123456789", b"]e", b"\x86", b"](\x85", b"K\1K\2a", b"}(K\1u", b"h\7", b"q\7", b"NN", b"N(", b"]",
               b"}", b"}U\4dataNs", b"}U\4datacnumpy.core.multiarray\n_reconstruct\n)Rs",
               b"cnumpy.core.multiarray\n_reconstruct\n)R)b", b"Na", b"U\1aU\1b\x86R", b"l", b"]q\0h\0a",
               b"cnumpy._core.numeric\n_frombuffer\n(U\1acnumpy\ndtype\nU\2u1\x85RJ\xff\xff\xff\xff\x85U\1CtR",
               b"}(" + b"K\1K\1" * 1025 + b"u", b"r\1\0\0\0j\1\0\0\0", b"\x80\1"]
    seeds.update({f"hostile_{i}": folder(10, (7, b"\x80\2" + code + b".")) for i, code in enumerate(hostile)})
    seeds.update({
        "python_2": folder(10, (7, python2)), "folder": folder(1, (0, batch([1, 2])), (1, batch([3, 4])), (3, meta)),
        "both": folder(0, (0, batch([1, 2])), (2, batch([5, 6]))), "hundred": folder(1, (4, batch([7, 99], "fine_labels")), (6, fine)),
        "both_kinds": folder(0, (0, batch([1, 2])), (4, batch([7, 99], "fine_labels"))),
        "array_labels": folder(10, (7, batch(np.array([1, 2])))), "float_labels": folder(10, (7, batch(np.array([1.0, 2])))),
        "fortran": folder(10, (7, batch([1, 2], data=np.asfortranarray(rows)))),
        "fortran_3": folder(10, (7, batch([1, 2], data=np.asfortranarray(rows.reshape(2, 3, 1024))))),
        "planes": folder(10, (7, batch([1, 2], data=rows.reshape(2, 3, 32, 32)))),
        "objects": folder(10, (7, batch([1, 2], data=np.array([None, 1])))), "wide": folder(10, (7, batch([1, 2], data=rows[:, 1:]))),
        "big_endian": folder(10, (7, batch([1, 2], data=rows.view(">u2")))), "no_class": folder(10, (7, batch([1, 10]))),
        "text_label": folder(10, (7, batch(["a", 1]))), "negative": folder(10, (7, batch([-1, 1]))), "texts": folder(10, (7, batch("a"))),
        "unlabelled": folder(10, (7, pickle.dumps({"data": rows}, 5))), "scalar": folder(10, (7, batch([1], data=np.uint8(3)))),
        "long_names": folder(2, (2, batch([1, 2])), (3, pickle.dumps({"label_names": ["a" * 2000] * 10}, 3))),
        "few_names": folder(2, (2, batch([1, 2])), (3, pickle.dumps({"label_names": ["a"]}, 3))),
        "other_names": folder(2, (2, batch([1, 2])), (3, pickle.dumps({"label_names": {}}, 3))),
        "no_names": folder(2, (2, batch([1, 2])), (3, pickle.dumps({"b": 1, "c": 2}, 3))), "text": folder(2, (2, b"text")),
        "short": folder(10, (7, batch([1, 2], data=rows[:1]))), "cut": folder(10, (7, batch([1, 2])[:-9])),
        "more": folder(10, (7, batch([1, 2]) + b"x")), "bytes": folder(10, (7, pickle.dumps({b"data": rows, b"labels": [1, 2]}, 2)))})
    return seeds


def npy_seeds(images):
    answers = np.arange(5)
    seeds = {"f4": folder(3, (0, npy(images[:, None].astype("<f4")))), "f8": folder(3, (0, npy(images.astype("<f8")))),
             "version_2": folder(3, (0, npy(images, (2, 0)))), "version_3": folder(3, (0, npy(images, (3, 0)))),
             "version_9": folder(3, (0, b"\x93NUMPY\x09" + npy(images)[7:])), "planar": folder(3, (0, npy(np.stack([images] * 3, 1)))),
             "colour": folder(3, (0, npy(np.stack([images] * 3, 3)))), "fortran": folder(3, (0, npy(np.asfortranarray(images)))),
             "big_endian": folder(3, (0, npy(images.astype(">f4")))), "records": folder(3, (0, npy(np.zeros(2, "u1,u2")))),
             "complex": folder(3, (0, npy(images.astype("c8")))), "matrix": folder(3, (0, npy(images[0]))),
             "narrow": folder(3, (0, npy(np.zeros((1, 0, 65537), np.uint8)))), "short": folder(3, (0, npy(images)[:-1])),
             "one_plane": folder(3, (0, npy(images[:, None]))), "none": folder(3, (0, npy(images[:0]))),
             "no_width": folder(3, (0, npy(images[:, :, :0]))), "logits": folder(8, (5, archive({"logits": npy(np.ones((2, 3), "f4")), "y": b""}))),
             "only": folder(8, (5, archive({"a": npy(images)}))), "no_logits": folder(8, (5, archive({"a": npy(images), "b": b""}))),
             "broken_archive": folder(8, (5, b"PK")), "broken_array": folder(8, (5, archive({"a": b"text"}))), "bad_entry": folder(8, (5, archive({"logits": b"x"}, zipfile.ZIP_BZIP2))),
             "magic": folder(3, (0, b"text of some length")), "tiny": folder(3, (0, b"\x93N")), "header": folder(3, (0, npy(images)[:40])),
             "other_count": folder(3, (0, npy(images)), (1, npy(answers[:3]))), "common": folder(3, (0, npy(images)), (2, npy(answers))),
             "common_of_others": folder(3, (0, npy(images)), (2, npy(answers[:3]))), "y": folder(6, (3, npy(images)), (4, npy(answers))),
             "column": folder(6, (3, npy(images)), (4, npy(answers[:, None]))), "float_labels": folder(6, (3, npy(images)), (4, npy(answers / 2))),
             "bad_labels": folder(6, (3, npy(images)), (4, b"text")), "negative": folder(6, (3, npy(images)), (4, npy(answers - 1))),
             "huge": folder(6, (3, npy(images)), (4, npy(np.full(5, 2**64 - 1, "u8"))))}
    for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "?"):
        seeds[f"labels_{kind.strip('?') or 'bool'}"] = folder(3, (0, npy(images)), (1, npy(answers.astype(kind))))
    hot = np.eye(5)[answers]
    for name, labels in {"texts": np.array(list("badce")), "bytes": np.array([b"b", b"a", b"d", b"c", b"e"]), "wide_texts": np.array(["ü" * 3] * 5), "hot": hot,
                         "hot_bytes": hot.astype("u1"), "not_hot": hot / 2, "two_hot": hot + hot[::-1], "row": answers[None], "cube": np.ones((5, 2, 2)),
                         "many_classes": answers + 70000, "empty_text": np.array(["", "a", "b", "", "a"]), "objects": np.arange(5), "nan": answers + np.nan}.items():
        seeds[f"answers_{name}"] = folder(6, (3, npy(images)), (4, npy(labels)))
    square = np.stack([images[:, :6, :6]] * 4, -1)
    for name, pictures in {"rows": images.reshape(5, -1), "square_rows": np.zeros((4, 36), "u1"), "colour_rows": np.arange(4 * 108).reshape(4, 108) % 256, "odd_rows": np.zeros((4, 37), "u1"),
                           "alpha": square.astype("u1"), "alpha_planes": np.moveaxis(square, -1, 1).astype("u1"), "bools": images > 99, "unit": images / 255.0, "signed": images.astype("i2") - 99,
                           "large": images.astype("u2") * 256, "colour_3": square[..., :3].astype("u1"), "both": np.zeros((4, 3, 6, 3), "u1"), "none_of_both": np.zeros((4, 5, 6, 7), "u1"),
                           "one_colour_image": np.zeros((6, 7, 3), "u1"), "planes_3": np.zeros((3, 6, 7), "u1"), "five_axes": np.zeros((2, 3, 4, 5, 6), "u1"), "vector": np.arange(9.0),
                           "nan": np.full((2, 4, 4), np.nan), "huge_values": np.full((2, 4, 4), 1e300), "last_is_count": np.zeros((6, 7, 3, 2), "u1")}.items():
        seeds[f"pictures_{name}"] = folder(6, (3, npy(pictures)))
        seeds[f"pictures_{name}_by_columns"] = folder(6, (3, npy(np.asfortranarray(pictures))), (4, npy(np.arange(len(pictures)))))
    halves = np.array([0, 6e-8, -6e-8, 1, -2, np.inf, np.nan, 65504], "f2")
    seeds["halves"] = folder(3, (0, npy(halves)))
    for i, header in enumerate(["{'descr': '<u1', 'fortran_order': False, 'shape': (1,2,2), }", "{", "{'descr' '<u1'}", "{'descr': <u1}",
                                "{'a': 'b'}", "{'shape': (1 2)}", "{'shape': (1,)", "{'shape': 3}", "{'shape': (a)}", "{'fortran_order': 0}",
                                "{'shape': (1,1,1,1,1,1,1,1,1,1)}", "{'shape': (9999999999999999999,)}", "{'descr': 'u}", "[]",
                                "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999,99999999999)}"]):
        text = header.encode() + b"\n"
        seeds[f"header_{i}"] = folder(3, (0, b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + bytes(4)))
    return seeds


def npz_seeds(images):
    x, y = npy(images), npy(np.arange(5))
    deflated = zipfile.ZIP_DEFLATED
    packed = archive({"x": x}, deflated)
    at = packed.rindex(b"PK\1\2")

    def changed(offset, value, data=packed):
        return data[:at + offset] + value + data[at + offset + len(value):]
    texts = npy(np.array(list("abcde")))
    more = {"names": archive({"x": x, "y": y, "class_names": texts}), "few_names": archive({"x": x, "y": y, "names": npy(np.array(["a"]))}),
            "text_labels": archive({"x": x, "y": texts}), "bytes": archive({"images": x, "labels": npy(np.array([b"a", b"b", b"a", b"c", b"d"]))}),
            "all_splits": archive({"train_set_x_orig": x, "train_set_y": y, "val/images": x, "val/labels": y, "testing.X": x, "dev-data": x, "fit_x": x}),
            "splits_only": archive({"x_valid": x, "y_valid": y, "X_validation": x}), "two_images": archive({"images": x, "pixels": x, "targets": y}),
            "two_labels": archive({"x": x, "labels": y, "fine_labels": y}), "labels_alone": archive({"y": y}), "other": archive({"training/samples": x, "training/gt": y, "more": y}),
            "number_names": archive({"x": x, "y": y, "classes": npy(np.arange(5.0))}), "numbers_as_names": archive({"x": x, "names": y}), "strings_as_images": archive({"x": texts})}
    return {**more, "stored": archive({"x": x, "y": y}), "deflated": archive({"x": x, "y": y}, deflated),
            "splits": archive({"x_train": x, "y_train": y, "x_test": x}), "one_split": archive({"train_images": x, "train_labels": y}),
            "arrays": archive({"arr_0": x, "arr_1": y}, comment=b"a comment"), "no_images": archive({f"{i}": y for i in range(10)}),
            "other_count": archive({"x": x, "y": npy(np.arange(3))}), "float_labels": archive({"x": x, "y": npy(np.ones(5))}),
            "bad_labels": archive({"x": x, "y": b"text"}), "bad_images": archive({"x": b"text", "y": y}), "matrix": archive({"x": npy(images[0])}),
            "large": archive64(x), "logits": archive({"a": x, "logits": npy(np.ones((2, 3, 4), "f2"))}), "two": archive({"a": x, "b": y}),
            "bzip2": archive({"x": x}, zipfile.ZIP_BZIP2), "encrypted": changed(8, b"\1"), "other_sum": changed(16, b"\1\2\3\4"),
            "larger": changed(24, struct.pack("<I", len(x) + 1)), "smaller": changed(24, struct.pack("<I", len(x) - 1)),
            "bomb": changed(24, b"\xff\xff\xff\x7f"), "beyond": changed(20, b"\xff\xff\xff\x7f"), "huge": changed(24, b"\xfe\xff\xff\xff"),
            "no_local": changed(42, b"\x09"), "no_entry": changed(0, b"x"), "long_name": changed(28, b"\xff\xff"), "no_extra": changed(24, b"\xff" * 4),
            "damaged": packed[:60] + bytes(20) + packed[80:], "no_end": packed[:-9], "tiny": b"PK",
            "no_directory": packed[:-10] + struct.pack("<II", 1 << 30, 1 << 30)[:10 - 2] + b"\0\0",
            "two_sizes": changed(20, b"\1\0", changed(10, b"\0\0"))}


def hdf5_seeds(images):
    def made(fill, **options):
        content = io.BytesIO()
        with h5py.File(content, "w", **options) as file:
            fill(file)
        return content.getvalue()

    def put(**arrays):
        def fill(file):
            for name, values in arrays.items():
                file[name.replace("__", "/")] = values
        return fill

    def packed(file):
        file.create_dataset("x", data=images, chunks=(2, 3, 7), compression="gzip", shuffle=True, fletcher32=True)
        file.create_dataset("y", data=[str(i) for i in range(5)], dtype=h5py.string_dtype())
        file.attrs["classes"] = ["a", "b", "c", "d", "e"]

    def varying(file):
        file.create_dataset("images", (2,), dtype=h5py.vlen_dtype(np.uint8))[0] = np.arange(5, dtype=np.uint8)
    answers = np.arange(5)
    return {"plain": made(put(x=images, y=answers)), "packed": made(packed), "splits": made(put(train__images=images, train__labels=answers)),
            "halves": made(put(data=images.astype("f2"), label=np.eye(5)[answers])), "bools": made(put(x=images > 9, y=answers > 2)),
            "texts": made(put(x=images, y=np.array([b"cat", b"dog", b"", b"ant", b"cat"]))), "varying": made(varying),
            "latest": made(packed, libver="latest"), "keras": made(lambda file: file.attrs.create("layer_names", [b"a"])),
            "matlab": b"MATLAB 7.3 MAT-file".ljust(512) + made(put(X=images, y=answers[None]), userblock_size=512)[512:]}


def tar_seeds(image, pack=lambda archive: archive):
    def made(files, form=tarfile.USTAR_FORMAT, kinds=()):
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w", format=form) as archive:
            for name, data in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
            for kind in kinds:
                member = tarfile.TarInfo("other")
                member.type, member.linkname = kind, "0.png"
                archive.addfile(member)
        return pack(content.getvalue())
    good = {"0.png": image, "0.cls": b"3\n", "1.png": image, "1.cls": b"1"}
    return {"numbers": made(good), "gnu": made(good, tarfile.GNU_FORMAT), "pax": made({"d" * 150 + "/0.png": image, "é.png": image}, tarfile.PAX_FORMAT),
            "long": made({"d" * 150 + "/0.png": image}, tarfile.GNU_FORMAT), "json": made({"0.png": image, "0.json": b'{"label": 4}'}),
            "texts": made({"0.png": image, "0.txt": b"cat"}), "folders": made({"a/0.png": image, "b/0.png": image}), "cut": made(good)[:700],
            "captions": made({f"{i:02}.{end}": data for i in range(30) for end, data in (("png", image), ("txt", b"%d!" % i))}),
            "twice": made({"0.png": image, "0.pgm": image}), "spread": made({"cat.0.png": image, "cat.1.png": image}), "masked": made({"0.png": image, "0.seg.png": image}),
            "hidden": made({"._0.png": b"x", "0.png": image}), "json text": made({"0.png": image, "0.json": b'{"class_name": "cat"}', "1.png": image, "1.json": b'{"label": "dog"}'}),
            "pictures": made({"0.gif": b"GIF89a.......", "1": image, "2.heic": b"no magic"}), "damaged": made({"0.png": image, "1.png": image[:30]}), "links": made(good, kinds=(tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE)), "none": made({"a.md": b"x"}), "text": b"no archive"}
