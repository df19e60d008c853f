// SPDX-License-Identifier: GPL-3.0-or-later
// Files beside a data set or a model: class names, a table of classes, labels as text or as arrays, a list of images,
// how images are preprocessed; and files of no known name. The first byte says which; make_corpus.py writes it.
#include <array>
#include <string>
#include <string_view>

#include "core/network/dataset/numbering.h"
#include "core/network/dataset/preprocessing_choice.h"
#include "core/network/model/model_preprocessing.h"
#include "tests/fuzz/read_all.h"

namespace {

using namespace exitscope;

/// A grey PGM image, for lists to name.
constexpr std::array<std::uint8_t, 15> picture = {'P', '5', '\n', '2', ' ', '2', '\n', '2',
                                                  '5', '5', '\n', 0,   85,  170, 255};
const std::vector<std::string> classes = {"n01440764 tench, Tinca tinca", "goldfish", "2", "great white shark"};

/// The data set `spec` as a network with four named classes reads it.
void number(const std::string& spec, dataset::OpenOptions options)
{
    options.model = dataset::ModelClasses{"network.onnx", classes.size(), classes};
    if (const auto opened = dataset::open(spec, options))
        static_cast<void>((*opened)->label(SampleIndex(0)));
}

void parse(std::string_view text)
{
    constexpr dataset::Extent input{8, 8};
    static_cast<void>(dataset::Preprocessing::from_json(text));
    static_cast<void>(dataset::parse_preprocessing(text));
    static_cast<void>(model::parse_transformers_config(text, input));
    static_cast<void>(model::parse_timm_config(text, input));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fuzz::OnDisk disk;
    if (size == 0)
        return 0;
    static_cast<void>(disk.put("a.pgm", picture.data(), picture.size()));
    static_cast<void>(disk.put("b.pgm", picture.data(), picture.size()));
    constexpr std::string_view named = "path,label\na.pgm,goldfish\nb.pgm,tench\n";
    const std::string list = disk.put("list.csv", reinterpret_cast<const std::uint8_t*>(named.data()), named.size());
    const auto put = [&](const char* name) { return disk.put(name, data + 1, size - 1).string(); };
    dataset::OpenOptions options;
    const auto put_array = [&](const char* name) {
        const std::string bytes = "\x93NUMPY" + std::string("\1\0\x46\0", 4) +
                                  "{'descr': '|u1', 'fortran_order': False, 'shape': (4, 2, 2)}         \n" +
                                  std::string(16, 'x');
        return disk.put(name, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()).string();
    };
    switch (data[0] % 9) {
    case 0: options.classes_file = put("names.txt"); break;
    case 1: options.classes_file = put("names.json"); break;
    case 2: options.class_map = put("map.csv"); break;
    case 3: options.labels_file = put("labels.txt"); break;
    case 4:
        options.class_order = dataset::ClassOrder::natural;
        number(put("val.txt"), options);
        return 0;
    case 5: parse({reinterpret_cast<const char*>(data) + 1, size - 1}); return 0;
    case 6:
        static_cast<void>(put("p_labels.npy"));
        number(put_array("p.npy"), options);
        return 0;
    case 7:
        static_cast<void>(put("q_labels.npz"));
        number(put_array("q.npy"), options);
        return 0;
    case 8: number(put("something"), options); return 0;
    }
    number(list, options);
    return 0;
}
