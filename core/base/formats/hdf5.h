// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hdf5.h>

/// The part of HDF5 that run files and data sets need, safe against hostile files: sizes are checked before memory is
/// allocated; links and raw data in other files are refused. Failures are thrown as hdf5::Failure, which the caller
/// must catch; the library prints no messages. It is in this library because all users must share one Session.
namespace exitscope::formats::hdf5 {

/// A failure: one sentence that contains the object's path inside the file.
struct Failure {
    std::string detail;
};

/// Owns an HDF5 identifier.
class Handle {
public:
    using Close = herr_t (*)(hid_t);
    Handle() = default;
    Handle(hid_t id, Close close) : id_(id), close_(close) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept;
    ~Handle() { reset(); }

    [[nodiscard]] hid_t id() const { return id_; }
    [[nodiscard]] bool valid() const { return id_ >= 0; }
    /// Closes now; false if that failed (a file could not be flushed).
    bool reset();

private:
    hid_t id_ = -1;
    Close close_ = nullptr;
};

/// Exclusive use of the library (it keeps global state) with its error printing switched off. A thread may hold several
/// at a time, one inside the other.
class Session {
public:
    Session();
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

private:
    H5E_auto2_t print_ = nullptr;
    void* data_ = nullptr;
};

/// Runs `work` in a copy of this process and throws its result away: false when that copy crashed or did not end within
/// two minutes. Versions of the library before 1.14 read and write beyond their buffers when a damaged file tells them
/// to.
[[nodiscard]] bool survives(const std::function<void()>& work);

/// Owns `id`; throws "WHAT (HDF5's reason)" when it is none.
[[nodiscard]] Handle checked(hid_t id, Handle::Close close, const std::string& path, const char* what);
/// Throws "WHAT (HDF5's reason)" when the status says that a call failed.
void check(herr_t status, const std::string& path, const char* what);

using Dimensions = std::vector<hsize_t>;

/// The dimensions of a data set of 1 to `most` dimensions whose raw data lies in its own file, is packed by gzip if at
/// all, and is really as large as its shape says. Throws when it is not such a data set.
[[nodiscard]] Dimensions checked_dimensions(hid_t dataset, int most, const std::string& path);

/// "[4, 1000]"
[[nodiscard]] std::string text(const Dimensions& dimensions);

template <class T>
[[nodiscard]] hid_t native_type();
template <>
[[nodiscard]] hid_t native_type<std::uint8_t>();
template <>
[[nodiscard]] hid_t native_type<std::uint16_t>();
template <>
[[nodiscard]] hid_t native_type<std::uint32_t>();
template <>
[[nodiscard]] hid_t native_type<std::uint64_t>();
template <>
[[nodiscard]] hid_t native_type<std::int32_t>();
template <>
[[nodiscard]] hid_t native_type<float>();
template <>
[[nodiscard]] hid_t native_type<double>();

/// An open data set. Reads and writes it as a whole, or one index of the first dimension (a "row") at a time. Buffers
/// hold elements of the type with which the data set was created or opened, row-major.
class Dataset {
public:
    Dataset(Handle handle, std::string path, Dimensions dimensions, hid_t type)
        : handle_(std::move(handle)), path_(std::move(path)), dimensions_(std::move(dimensions)), type_(type)
    {
    }
    [[nodiscard]] const Dimensions& dimensions() const { return dimensions_; }
    void write_row(std::size_t row, const void* values);
    void read_row(std::size_t row, void* values) const;
    void write(const void* values);
    void read(void* values) const;

private:
    Handle handle_;
    std::string path_;
    Dimensions dimensions_;
    hid_t type_;
};

/// A group of a file. Functions take the name of an attribute (write_text, write_number and their readers) or of a data
/// set (all others) in the group.
class Group {
public:
    Group(Handle handle, std::string path) : handle_(std::move(handle)), path_(std::move(path)) {}

    [[nodiscard]] Group create_group(const std::string& name);
    [[nodiscard]] Group open_group(const std::string& name) const;
    /// Whether there is a data set or group of this name.
    [[nodiscard]] bool has(const std::string& name) const;
    [[nodiscard]] bool has_attribute(const std::string& name) const;

    void write_text(const std::string& name, const std::string& value);
    [[nodiscard]] std::string read_text(const std::string& name) const;
    template <class T>
    void write_number(const std::string& name, T value)
    {
        write_scalar(name, native_type<T>(), &value);
    }
    template <class T>
    [[nodiscard]] T read_number(const std::string& name) const
    {
        T value{};
        read_scalar(name, native_type<T>(), &value);
        return value;
    }

    /// Strings of one fixed width, padded with zeros.
    void write_texts(const std::string& name, const std::vector<std::string>& values);
    [[nodiscard]] std::vector<std::string> read_texts(const std::string& name) const;

    /// Large data is chunked (one row per chunk, cut at 65,536 elements of the second dimension), shuffled, deflated.
    template <class T>
    [[nodiscard]] Dataset create(const std::string& name, const Dimensions& dimensions)
    {
        return create_dataset(name, native_type<T>(), dimensions);
    }
    /// Fails unless the data set is numeric and exactly that large.
    template <class T>
    [[nodiscard]] Dataset open(const std::string& name, const Dimensions& dimensions) const
    {
        return open_dataset(name, native_type<T>(), dimensions);
    }
    template <class T>
    void write_vector(const std::string& name, const std::vector<T>& values)
    {
        create<T>(name, {values.size()}).write(values.data());
    }
    template <class T>
    [[nodiscard]] std::vector<T> read_vector(const std::string& name, std::size_t count) const
    {
        const Dataset dataset = open<T>(name, {count});
        std::vector<T> values(count);
        dataset.read(values.data());
        return values;
    }
    /// First dimension of a data set whose data has been checked to be complete.
    [[nodiscard]] std::size_t rows(const std::string& name) const;

private:
    [[nodiscard]] std::string path_of(const std::string& name) const { return path_ + name; }
    void require_local(const std::string& name) const;
    void write_scalar(const std::string& name, hid_t type, const void* value);
    void read_scalar(const std::string& name, hid_t type, void* value) const;
    [[nodiscard]] Dataset create_dataset(const std::string& name, hid_t type, const Dimensions& dimensions);
    [[nodiscard]] Dataset open_dataset(const std::string& name, hid_t type, const Dimensions& dimensions) const;
    [[nodiscard]] Handle open_checked(const std::string& name, Dimensions& dimensions) const;

    Handle handle_;
    std::string path_;  ///< ends in "/"
};

[[nodiscard]] Handle create_file(const std::filesystem::path& path);
/// Opens a file for reading. Fails when it is not an HDF5 file.
[[nodiscard]] Handle open_file(const std::filesystem::path& path);
/// Flushes and closes. Fails when the disk is full.
void close_file(Handle file);
[[nodiscard]] Group root(const Handle& file);

}  // namespace exitscope::formats::hdf5
