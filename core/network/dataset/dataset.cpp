// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/dataset.h"

#include <span>
#include <utility>

#include "core/base/hash.h"
#include "core/base/split_positions.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace {

class Subset : public Dataset {
public:
    Subset(DatasetPtr whole, std::vector<SampleIndex> samples, std::string name)
        : whole_(std::move(whole)), samples_(std::move(samples)), info_(whole_->info())
    {
        info_.name = std::move(name);
    }

    const Info& info() const override { return info_; }
    std::size_t size() const override { return samples_.size(); }
    Expected<Image> image(SampleIndex index) const override
    {
        return inside(index) ? whole_->image(samples_[index.at()]) : Expected<Image>(missing(index));
    }
    Expected<void> read(SampleIndex index, Image& into) const override
    {
        return inside(index) ? whole_->read(samples_[index.at()], into) : Expected<void>(missing(index));
    }
    std::optional<ClassIndex> label(SampleIndex index) const override
    {
        return inside(index) ? whole_->label(samples_[index.at()]) : std::nullopt;
    }
    std::string origin(SampleIndex index) const override
    {
        return inside(index) ? whole_->origin(samples_[index.at()]) : info_.name;
    }
    std::optional<std::vector<std::byte>> file_bytes(SampleIndex index) const override
    {
        return inside(index) ? whole_->file_bytes(samples_[index.at()]) : std::nullopt;
    }
    SampleIndex source_position(SampleIndex index) const override
    {
        return inside(index) ? whole_->source_position(samples_[index.at()]) : index;
    }
    std::string content_hash() const override
    {
        ContentHash hash;
        const std::string whole = whole_->content_hash();
        hash.add(std::as_bytes(std::span(whole)));
        hash.add(std::as_bytes(std::span(samples_)));
        return hash.hex();
    }

private:
    bool inside(SampleIndex index) const { return index.at() < samples_.size(); }
    tl::unexpected<Error> missing(SampleIndex index) const
    {
        return bad_input(info_.name, "has no sample #" + std::to_string(index.value));
    }

    DatasetPtr whole_;
    std::vector<SampleIndex> samples_;
    Info info_;
};

/// A subset that open(info().source) reproduces, so that source positions are its own indices.
class SourcePart final : public Subset {
public:
    using Subset::Subset;
    SampleIndex source_position(SampleIndex index) const override { return index; }
};

}  // namespace

Expected<void> Dataset::read(SampleIndex index, Image& into) const
{
    Expected<Image> decoded = image(index);
    if (!decoded)
        return forward(decoded);
    into = std::move(*decoded);
    return {};
}

std::optional<std::vector<std::byte>> Dataset::file_bytes(SampleIndex /*index*/) const
{
    return std::nullopt;
}

DatasetPtr subset(DatasetPtr whole, std::vector<SampleIndex> samples, std::string name)
{
    return std::make_shared<Subset>(std::move(whole), std::move(samples), std::move(name));
}

DatasetPtr source_part(DatasetPtr whole, std::vector<SampleIndex> samples, std::string name)
{
    return std::make_shared<SourcePart>(std::move(whole), std::move(samples), std::move(name));
}

DatasetPtr first(DatasetPtr whole, std::size_t limit)
{
    if (limit >= whole->size())
        return whole;
    std::vector<SampleIndex> samples(limit);
    for (std::size_t i = 0; i < limit; ++i)
        samples[i] = SampleIndex(i);
    std::string name = whole->info().name;
    return subset(std::move(whole), std::move(samples), std::move(name));
}

Expected<void> check_distinct(const Dataset& fit, const Dataset& test)
{
    if (fit.content_hash() == test.content_hash())
        return exitscope::fail(ErrorCode::usage, test.info().source,
                               "is the same data as the fit split; choices made on images must be scored on others");
    return {};
}

Expected<Split> split(DatasetPtr whole, double fit_fraction, std::uint64_t seed)
{
    const std::string name = whole->info().name;
    Expected<SplitPositions> positions = split_positions(whole->size(), fit_fraction, seed, name);
    if (!positions)
        return forward(positions);
    return Split{subset(whole, std::move(positions->fit), name + "/fit"),
                 subset(std::move(whole), std::move(positions->test), name + "/test")};
}

}  // namespace exitscope::dataset
