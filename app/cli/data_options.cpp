// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/data_options.h"

#include "app/cli/output.h"

namespace exitscope::cli {

void DataOptions::add_limit_to(Command& app)
{
    app.add_option("--limit", open_options.limit, "Take the first N images of each data set");
}

Expected<dataset::DatasetPtr> DataOptions::open(const std::string& spec) const
{
    Expected<dataset::DatasetPtr> data = dataset::open(spec, open_options);
    if (!data)
        return data;
    if ((*data)->size() == 0)
        return bad_input(spec, "holds no images");
    if (Expected<void> told = tell((*data)->info().notices); !told)
        return forward(told);
    return data;
}

}  // namespace exitscope::cli
