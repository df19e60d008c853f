// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/label_text.h"
#include "core/base/parallel.h"
#include "core/network/dataset/formats.h"
#include "core/network/dataset/image_check.h"
#include "core/network/dataset/image_file.h"
#include "core/network/dataset/image_filter.h"
#include "core/network/dataset/tar_file.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t most_memory = std::uint64_t{2} << 30;  ///< for members of compressed archives, all together
constexpr std::uint64_t longest_label = 1 << 20;               ///< bytes of a file with a label

/// One image and what its neighbours of the same name say about it.
struct Sample {
    TarMember image;
    std::size_t file = 0;  ///< archive that it lies in
    std::string number;    ///< content of .cls
    std::string json;      ///< label in .json
    std::string text;      ///< content of .txt
};

/// "a/0001.seg.png" -> "a/0001" and "seg.png", as WebDataset takes names apart.
std::pair<std::string, std::string> split_name(const std::string& name)
{
    const std::size_t folder = name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1;
    const std::size_t point = name.find('.', folder);
    if (point == std::string::npos)
        return {name, {}};
    std::string ending = name.substr(point + 1);
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return {name.substr(0, point), std::move(ending)};
}

Expected<std::string> read_text(const TarMember& member)
{
    if (member.size > longest_label)
        return bad_input(member.bytes->name(), member.name + " is too large for a label");
    std::string text(static_cast<std::size_t>(member.size), '\0');
    if (Expected<void> done = member.bytes->read(member.offset, std::as_writable_bytes(std::span(text))); !done)
        return forward(done);
    return text;
}

/// The label that a JSON object states; empty when it states none.
std::string label_in(const std::string& text)
{
    const nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
    if (!parsed.is_object())
        return {};
    for (const char* key : {"label", "cls", "class", "target", "class_id", "label_id", "class_name", "category"}) {
        const auto found = parsed.find(key);
        if (found == parsed.end())
            continue;
        if (found->is_string())
            return found->get<std::string>();
        if (found->is_number())
            return found->dump();
    }
    return {};
}

/// Collects samples: neighbours with the same name.
class Collector {
public:
    Expected<void> take(TarMember member, std::size_t file)
    {
        auto [key, ending] = split_name(member.name);
        const std::size_t folder = key.rfind('/') == std::string::npos ? 0 : key.rfind('/') + 1;
        if (key.substr(folder).empty() || key.find("__MACOSX") != std::string::npos)
            return {};  // "._0001.png" and other hidden files
        if (key != key_ || file != file_ || !next_) {
            if (Expected<void> done = finish(); !done)
                return done;
            key_ = key;
            file_ = file;
            next_ = Sample{{}, file, {}, {}, {}};
        }
        if (const formats::BytesPtr content = slice_bytes(member.bytes, member.offset, member.size, member.name);
            filter_.takes(member.name, *content)) {
            images_.push_back({std::move(member), ending.find('.') == std::string::npos});
            return {};
        }
        return take_label(member, ending);
    }

    /// Error: two images of one sample, neither of which is called like the image of a sample ("a.jpg" beside
    /// "a.seg.png").
    Expected<void> finish()
    {
        const auto plain = [](const Candidate& image) { return image.plain; };
        const auto plain_images = std::count_if(images_.begin(), images_.end(), plain);
        if (plain_images > 1 || (plain_images == 0 && images_.size() > 1))
            return bad_input(images_[0].member.bytes->name(),
                             "holds two images of one sample, " + images_[0].member.name + " and " +
                                 images_[1].member.name +
                                 ": samples are told apart by the names up to the first point; rename the files");
        if (next_ && !images_.empty()) {
            next_->image = std::move(plain_images == 1 ? std::find_if(images_.begin(), images_.end(), plain)->member
                                                       : images_[0].member);
            samples_.push_back(std::move(*next_));
        }
        next_.reset();
        images_.clear();
        return {};
    }

    [[nodiscard]] const ImageFilter& filter() const { return filter_; }
    std::vector<Sample>& samples() { return samples_; }

private:
    Expected<void> take_label(const TarMember& member, const std::string& ending)
    {
        std::string* to =
            ending == "cls" || ending == "cls.txt" || ending == "label" || ending == "class" || ending == "index"
                ? &next_->number
            : ending == "json"                    ? &next_->json
            : ending == "txt" || ending == "text" ? &next_->text
                                                  : nullptr;
        if (to == nullptr)
            return {};
        Expected<std::string> text = read_text(member);
        if (!text)
            return forward(text);
        *to = ending == "json" ? label_in(*text) : std::move(*text);
        return {};
    }

    struct Candidate {
        TarMember member;
        bool plain = false;  ///< its name has one point only
    };

    std::vector<Sample> samples_;
    ImageFilter filter_;
    std::vector<Candidate> images_;  ///< of the sample `next_`
    std::optional<Sample> next_;
    std::string key_;
    std::size_t file_ = 0;
};

class TarDataset final : public Dataset {
public:
    TarDataset(std::vector<fs::path> files, std::vector<Sample> samples, Info info, Labels labels)
        : files_(std::move(files)), info_(std::move(info)), labels_(std::move(labels))
    {
        images_.reserve(samples.size());
        for (Sample& sample : samples)
            images_.push_back({std::move(sample.image), sample.file});
    }

    const Info& info() const override { return info_; }
    std::size_t size() const override { return images_.size(); }
    std::optional<ClassIndex> label(SampleIndex index) const override { return labels_.at(index); }
    Expected<Image> image(SampleIndex index) const override
    {
        const Expected<std::vector<std::byte>> bytes = bytes_of(index);
        return bytes ? decode_image(*bytes, origin(index)) : tl::unexpected<Error>(bytes.error());
    }
    std::optional<std::vector<std::byte>> file_bytes(SampleIndex index) const override
    {
        Expected<std::vector<std::byte>> bytes = bytes_of(index);
        return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
    }
    std::string origin(SampleIndex index) const override
    {
        if (index.at() >= size())
            return info_.name;
        const Entry& entry = images_[index.at()];
        return files_[entry.file].string() + "/" + entry.member.name;
    }

    /// Labels and up to 64 evenly spaced archives.
    std::string content_hash() const override
    {
        constexpr std::size_t sampled = 64;
        ContentHash hash;
        labels_.add_to_hash(hash);
        const std::size_t step = (files_.size() + sampled - 1) / sampled;
        for (std::size_t i = 0; i < files_.size(); i += step)
            if (const Expected<formats::BytesPtr> bytes = formats::open_bytes(files_[i]))
                add_to_hash(hash, **bytes);
        return hash.hex();
    }

private:
    struct Entry {
        TarMember member;
        std::size_t file;
    };
    Expected<std::vector<std::byte>> bytes_of(SampleIndex index) const
    {
        if (index.at() >= size())
            return bad_input(info_.name, "has no sample #" + std::to_string(index.value));
        const TarMember& member = images_[index.at()].member;
        if (member.size > max_image_file)
            return bad_input(origin(index), "is too large, image files of up to 256 MiB are read");
        std::vector<std::byte> bytes(static_cast<std::size_t>(member.size));
        if (Expected<void> done = member.bytes->read(member.offset, bytes); !done)
            return forward(done);
        return bytes;
    }

    std::vector<fs::path> files_;
    std::vector<Entry> images_;
    Info info_;
    Labels labels_;
};

/// Where labels stand: the first of .cls, .json, .txt that any sample has.
std::string Sample::*label_source(const std::vector<Sample>& samples)
{
    for (std::string Sample::*source : {&Sample::number, &Sample::json, &Sample::text})
        if (std::any_of(samples.begin(), samples.end(), [&](const Sample& one) { return !(one.*source).empty(); }))
            return source;
    return nullptr;
}

/// Sentences about single images rather than names of classes: more than half of at least 20 differ.
bool are_captions(const std::vector<std::string>& texts)
{
    constexpr std::size_t few = 20;
    return texts.size() >= few && std::set<std::string>(texts.begin(), texts.end()).size() > texts.size() / 2;
}

Expected<Labels> number(const std::vector<Sample>& samples, const std::string& file, Info& info)
{
    std::string Sample::*source = label_source(samples);
    if (source == nullptr)
        return Labels();
    std::vector<std::string> texts;
    texts.reserve(samples.size());
    for (const Sample& sample : samples)
        texts.push_back(sample.*source);
    if (source == &Sample::text && are_captions(texts)) {
        info.notices.push_back(
            {"captions", file + ": its .txt files are taken for captions, not labels, because most of them "
                                "differ: the images are unlabelled"});
        return Labels();
    }
    Expected<NumberedLabels> numbered =
        number_labels(texts, file, [&](std::size_t i) { return "the label of " + samples[i].image.name; });
    if (!numbered)
        return forward(numbered);
    info.class_names = std::move(numbered->names);
    return std::move(numbered->labels);
}

/// Folders of classes would need their names as labels: that is what unpacked folders are for.
Expected<void> refuse_class_folders(const std::vector<Sample>& samples, const std::string& file)
{
    std::set<std::string> folders;
    for (const Sample& sample : samples)
        if (folders.size() < 2)
            folders.insert(fs::path(sample.image.name).parent_path().string());
    if (folders.size() < 2 || label_source(samples) != nullptr)
        return {};
    return bad_input(file,
                     "holds images in folders and no labels (.cls, .json or .txt) beside them: unpack it and name the "
                     "folder");
}

std::vector<BadImage> find_bad_members(const std::vector<Sample>& samples, bool decode, unsigned threads)
{
    std::vector<std::string> reasons(samples.size());
    for_each_job(samples.size(), threads, [&](std::size_t i) {
        const TarMember& image = samples[i].image;
        reasons[i] = why_unreadable(*formats::slice_bytes(image.bytes, image.offset, image.size, image.name), decode);
    });
    std::vector<BadImage> bad;
    for (std::size_t i = 0; i < samples.size(); ++i)
        if (!reasons[i].empty())
            bad.push_back({i, std::move(reasons[i])});
    return bad;
}

}  // namespace

Expected<DatasetPtr> open_tar_files(const Request& request, const std::vector<fs::path>& files)
{
    Collector collector;
    std::uint64_t memory_left = most_memory;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto take = [&](TarMember member) { return collector.take(std::move(member), i); };
        if (Expected<void> read = read_tar(files[i], memory_left, take); !read)
            return forward(read);
        if (Expected<void> done = collector.finish(); !done)
            return forward(done);
    }
    std::vector<Sample>& samples = collector.samples();
    const std::string file = request.path.string();
    const std::string others = collector.filter().others();
    if (samples.empty())
        return bad_input(file, "holds no images (PNG, JPEG, BMP, PNM, TIFF, WebP)" +
                                   (others.empty() ? "" : " but " + others));
    if (samples.size() > std::numeric_limits<std::uint32_t>::max())
        return bad_input(file, "holds more than 2^32 - 1 images");
    if (Expected<void> fine = refuse_class_folders(samples, file); !fine)
        return forward(fine);
    Info info = request.info("WebDataset", request.split);
    add_notices(info.notices, collector.filter().notices(file));
    Expected<Labels> labels = number(samples, file, info);
    if (!labels)
        return forward(labels);
    info.labelled = !labels->empty();
    if (info.labelled)
        info.class_count = std::max(labels->class_count(), info.class_names.size());
    const OpenOptions& options = request.options;
    const bool skip = options.unreadable == Unreadable::skip;
    std::vector<BadImage> bad;
    if (options.unreadable != Unreadable::unchecked)
        bad = find_bad_members(samples, skip, options.threads);
    if (bad.empty())
        return std::make_shared<TarDataset>(files, std::move(samples), std::move(info), std::move(*labels));
    std::vector<std::string> origins;
    for (const Sample& sample : samples)
        origins.push_back(files[sample.file].string() + "/" + sample.image.name);
    Expected<std::vector<SampleIndex>> good = leave_out(bad, origins, origins, skip, info);
    if (!good)
        return forward(good);
    std::string name = info.name;
    return subset(std::make_shared<TarDataset>(files, std::move(samples), std::move(info), std::move(*labels)),
                  std::move(*good), std::move(name));
}

}  // namespace exitscope::dataset
