// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <QByteArray>
#include <QString>
#include <QTemporaryDir>

#include "core/network/dataset/dataset.h"

namespace exitscope::tests {

/// A scratch directory that writes files and names them.
class Scratch {
public:
    /// Writes `bytes` to `name` (folders are made) and returns the full path.
    std::string write(const std::string& name, const QByteArray& bytes) const;
    std::string path(const std::string& name = {}) const;

private:
    QTemporaryDir directory_;
};

/// IDX file of unsigned bytes: header for `shape`, then `data` as it is.
QByteArray idx(const std::vector<std::uint32_t>& shape, const QByteArray& data);
/// `count` bytes 0, 1, 2 ... 255, 0 ...
QByteArray ramp(int count);
QByteArray gzip(const QByteArray& bytes);
/// NPY version 1 with the given header fields, as NumPy writes it.
QByteArray npy(const std::string& descr, const std::string& shape, const QByteArray& data, bool fortran = false);
/// Zip archive of the given entries.
struct ZipItem {
    std::string name;
    QByteArray bytes;
    bool deflate = false;
};
QByteArray zip(const std::vector<ZipItem>& items);
/// Tar archive (ustar) of plain files with the given names and contents.
QByteArray tar(const std::vector<std::pair<std::string, QByteArray>>& files);
/// CIFAR records with the given (fine) labels: pixel bytes of record i are i, i+1, ...; coarse label 0.
QByteArray cifar(const std::vector<int>& labels, bool hundred = false);
/// An image of one colour, encoded ("PNG", "JPG", "BMP", "PPM").
QByteArray picture(int width, int height, unsigned rgb, const char* format = "PNG");

/// Message of the error, or "(opened)".
std::string open_error(const std::string& spec);
/// The labels of all samples, -1 for none.
std::vector<int> labels_of(const dataset::Dataset& data);

/// Opens `spec`, asks for everything of every sample; no crash is the point. True when nothing failed.
bool exercise(const std::string& spec);
/// exercise() on every proper prefix of `bytes` and on 256 copies with one damaged byte; returns how many prefixes
/// went through without an error.
int survive_damage(const Scratch& scratch, const std::string& name, const QByteArray& bytes);

}  // namespace exitscope::tests

/// Unwraps an Expected in a test function; fails with its message.
#define EXPECT_VALUE(name, expression)                                                                                 \
    auto name##_result = (expression);                                                                                 \
    if (!name##_result)                                                                                                \
        QFAIL(name##_result.error().message().c_str());                                                                \
    auto& name = *name##_result

/// The error of opening `spec` contains `text`.
#define EXPECT_OPEN_ERROR(spec, text)                                                                                  \
    do {                                                                                                               \
        const std::string message_ = exitscope::tests::open_error(spec);                                               \
        QVERIFY2(message_.find(text) != std::string::npos, message_.c_str());                                          \
    } while (false)
