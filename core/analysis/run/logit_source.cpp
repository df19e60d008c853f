// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/run/logit_source.h"

#include <array>
#include <limits>

#include "core/analysis/run/import_numbers.h"
#include "core/base/formats/npy_values.h"
#include "core/base/hash.h"
#include "core/base/labels.h"

namespace exitscope::run {
namespace {

/// One exit's values: a part of an array on disk.
struct ExitArray {
    formats::NpyArray array;
    std::uint64_t begin;  ///< element at which the exit's samples begin
};

class ArraySource final : public LogitSource {
public:
    ArraySource(std::vector<ExitArray> exits, std::size_t samples, std::size_t classes)
        : exits_(std::move(exits)), samples_(samples), classes_(classes)
    {
    }
    std::size_t exits() const override { return exits_.size(); }
    std::size_t samples() const override { return samples_; }
    std::size_t classes() const override { return classes_; }
    Expected<void> read(std::size_t exit, std::size_t first, std::span<float> out) const override
    {
        return formats::read_values(exits_[exit].array, exits_[exit].begin + first * classes_, out);
    }
    const std::string& name() const override { return exits_.front().array.bytes->name(); }
    std::string content_hash() const override
    {
        ContentHash hash;
        const formats::Bytes* before = nullptr;
        for (const ExitArray& exit : exits_) {
            if (exit.array.bytes.get() != before)
                formats::add_to_hash(hash, *exit.array.bytes);
            before = exit.array.bytes.get();
        }
        return hash.hex();
    }

private:
    std::vector<ExitArray> exits_;
    std::size_t samples_;
    std::size_t classes_;
};

/// A CSV file as an array in memory, so that it can be read like a .npy file.
Expected<formats::NpyArray> csv_array(const std::filesystem::path& path)
{
    Expected<NumberTable> table = read_numbers(path);
    if (!table)
        return forward(table);
    formats::NpyArray array;
    array.kind = 'f';
    array.item_bytes = sizeof(double);
    array.shape = {table->rows(), table->columns};
    const auto bytes = std::as_bytes(std::span(table->values));
    array.bytes = formats::memory_bytes(path.string(), {bytes.begin(), bytes.end()});
    return array;
}

Expected<formats::NpyArray> open_file(const std::filesystem::path& path)
{
    constexpr std::array<std::string_view, 5> names = {"logits", "outputs", "probabilities", "probs", "arr_0"};
    const std::filesystem::path extension = path.extension();
    if (extension == ".csv" || extension == ".tsv" || extension == ".txt")
        return csv_array(path);
    return formats::open_array(path, names);
}

Expected<void> check_sizes(std::string_view name, std::uint64_t exits, std::uint64_t samples, std::uint64_t classes)
{
    constexpr std::uint64_t most_exits = 1024;
    if (exits == 0 || samples == 0 || classes == 0)
        return bad_input(name, "is empty");
    if (exits > most_exits)
        return bad_input(name, "has " + std::to_string(exits) + " exits; is it [exits,samples,classes]?");
    if (classes > max_classes)
        return unsupported(name, "has " + std::to_string(classes) + " classes, at most " + std::to_string(max_classes) +
                                     " are possible");
    if (samples >= std::numeric_limits<std::uint32_t>::max())
        return unsupported(name, "has too many samples");
    return {};
}

}  // namespace

Expected<std::unique_ptr<LogitSource>> open_logits(const std::vector<std::filesystem::path>& files)
{
    std::vector<ExitArray> exits;
    std::uint64_t samples = 0;
    std::uint64_t classes = 0;
    for (const std::filesystem::path& path : files) {
        Expected<formats::NpyArray> array = open_file(path);
        if (!array)
            return forward(array);
        const std::vector<std::uint64_t>& shape = array->shape;
        const std::size_t rank = shape.size();
        if (array->kind == 'b' || rank < 2 || rank > 3 || (rank == 3 && files.size() > 1))
            return bad_input(path.string(), "is " + array->describe() +
                                                ", logits are [exits,samples,classes], or one file per exit, each "
                                                "[samples,classes]");
        if (!exits.empty() && (shape[0] != samples || shape[1] != classes))
            return bad_input(path.string(), "is " + array->describe() + ", and the exits before it are [" +
                                                std::to_string(samples) + "," + std::to_string(classes) + "]");
        const std::uint64_t count = rank == 3 ? shape[0] : 1;
        samples = shape[rank - 2];
        classes = shape[rank - 1];
        if (Expected<void> fine = check_sizes(path.string(), count, samples, classes); !fine)
            return forward(fine);
        for (std::uint64_t exit = 0; exit < count; ++exit)
            exits.push_back({*array, exit * samples * classes});
    }
    if (exits.empty())
        return fail(ErrorCode::usage, "--logits", "no file was given");
    return std::make_unique<ArraySource>(std::move(exits), static_cast<std::size_t>(samples),
                                         static_cast<std::size_t>(classes));
}

}  // namespace exitscope::run
