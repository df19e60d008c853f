// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_options.h"

#include "app/cli/output.h"

namespace exitscope::cli {

void ModelOptions::add_to(Command& app)
{
    preprocessing.add_to(app);
}

model::OpenOptions ModelOptions::open_options(std::int64_t batch) const
{
    model::OpenOptions options;
    options.batch = batch;
    preprocessing.write_to(options);
    return options;
}

Expected<model::MultiExitModel> ModelOptions::open(const std::string& path, std::int64_t batch) const
{
    Expected<model::MultiExitModel> model = model::open_model(path, open_options(batch));
    if (!model)
        return model;
    if (Expected<void> told = tell(model->notices); !told)
        return forward(told);
    return model;
}

}  // namespace exitscope::cli
