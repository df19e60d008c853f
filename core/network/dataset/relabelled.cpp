// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/relabelled.h"

#include <utility>

namespace exitscope::dataset {
namespace {

class Relabelled final : public Dataset {
public:
    Relabelled(DatasetPtr whole, Info info, std::optional<Labels> labels)
        : whole_(std::move(whole)), info_(std::move(info)), labels_(std::move(labels))
    {
    }

    const Info& info() const override { return info_; }
    std::size_t size() const override { return whole_->size(); }
    Expected<Image> image(SampleIndex index) const override { return whole_->image(index); }
    Expected<void> read(SampleIndex index, Image& into) const override { return whole_->read(index, into); }
    std::optional<ClassIndex> label(SampleIndex index) const override
    {
        return labels_ ? labels_->at(index) : whole_->label(index);
    }
    std::string origin(SampleIndex index) const override { return whole_->origin(index); }
    SampleIndex source_position(SampleIndex index) const override { return whole_->source_position(index); }
    std::optional<std::vector<std::byte>> file_bytes(SampleIndex index) const override
    {
        return whole_->file_bytes(index);
    }
    std::string content_hash() const override { return whole_->content_hash(); }

private:
    DatasetPtr whole_;
    Info info_;
    std::optional<Labels> labels_;
};

}  // namespace

DatasetPtr relabelled(DatasetPtr whole, Info info, std::optional<Labels> labels)
{
    return std::make_shared<Relabelled>(std::move(whole), std::move(info), std::move(labels));
}

Labels mapped_labels(const Dataset& data, const std::vector<std::int32_t>& numbers)
{
    Labels labels;
    labels.reserve(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        const std::optional<ClassIndex> label = data.label(SampleIndex(i));
        const bool known = label && label->at() < numbers.size() && numbers[label->at()] >= 0;
        if (!known || !labels.add(numbers[label->at()], data.info().source, "a sample"))
            labels.add_none();
    }
    return labels;
}

Expected<DatasetPtr> reopen(const Source& source)
{
    OpenOptions options;
    options.unreadable = Unreadable::unchecked;
    options.labels_file = source.labels_file;
    options.image_root = source.image_root;
    Expected<DatasetPtr> plain = open(source.spec, options);
    if (!plain || source.class_numbers.empty())
        return plain;
    Labels labels = mapped_labels(**plain, source.class_numbers);
    Info info = (*plain)->info();
    info.class_names.clear();
    info.class_count = labels.class_count();
    info.class_numbers = source.class_numbers;
    return relabelled(std::move(*plain), std::move(info), std::move(labels));
}

}  // namespace exitscope::dataset
