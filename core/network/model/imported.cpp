// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/imported.h"

#include <utility>

#include "core/network/model/file_quantization.h"
#include "core/network/model/sequences.h"

namespace exitscope::model {

Expected<Imported> import_graph(Graph as_read)
{
    Imported imported;
    imported.graph = std::move(as_read);
    unpack_sequences(imported.graph);
    imported.unfolded = unfold_exits(imported.graph);
    Expected<std::string> form = unify_quantization(imported.graph);
    if (!form)
        return forward(form);
    imported.quantized_form = std::move(*form);
    return imported;
}

}  // namespace exitscope::model
