// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/data_options.h"

#include "app/cli/output.h"

namespace exitscope::cli {

void DataOptions::add_to(Command& app)
{
    app.add_option("--class-order", class_order,
                   "How class names are numbered: text (2 after 10), natural (2 before 10) or names (by the network's "
                   "class names; the default where they are known, else text)")
        ->check(one_of({"text", "natural", "names"}));
    app.add_option("--classes", open_options.classes_file,
                   "File with the network's class names, in the order of its outputs");
    app.add_option("--class-map", open_options.class_map,
                   "CSV with lines from,to: class names or numbers of the data, then of the network");
    app.add_option("--label-offset", open_options.label_offset, "Added to every label: -1 for labels that start at 1");
    app.add_option("--labels", open_options.labels_file,
                   "File with the labels of all images, in their order: text or NPY");
    app.add_option("--image-root", open_options.image_root, "Folder that the file names in a list start from");
    app.add_flag("--skip-unreadable", skip_unreadable,
                 "Leave out images that cannot be decoded or on which the network answers with NaN, and say which");
}

void DataOptions::add_limit_to(Command& app)
{
    app.add_option(
        "--limit", open_options.limit,
        "Take N images of each data set: the first, or a random sample (--seed) where the data is ordered by "
        "class");
}

Expected<dataset::DatasetPtr> DataOptions::open(const std::string& spec, const model::MultiExitModel* model,
                                                const Common& common) const
{
    dataset::OpenOptions options = open_options;
    options.class_order = dataset::parse_class_order(class_order).value_or(dataset::ClassOrder::automatic);
    options.unreadable = skip_unreadable ? dataset::Unreadable::skip : dataset::Unreadable::refuse;
    options.seed = common.seed;
    options.threads = common.threads;
    if (model)
        options.model =
            dataset::ModelClasses{model->path.string(), static_cast<std::size_t>(model->classes), model->class_names};
    Expected<dataset::DatasetPtr> data = dataset::open(spec, options);
    if (!data)
        return data;
    if ((*data)->size() == 0)
        return bad_input(spec, "holds no images");
    if (Expected<void> told = tell((*data)->info().notices); !told)
        return forward(told);
    if (!common.quiet)
        for (const std::string& remark : (*data)->info().remarks)
            log_line("note: " + remark);
    return data;
}

}  // namespace exitscope::cli
