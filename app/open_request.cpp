// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/open_request.h"

#include <QDir>
#include <QFileInfo>

namespace exitscope::app {
namespace {

constexpr int levelsUp = 6;  ///< from a program in a build tree to the root of the sources

}  // namespace

OpenRequest classify(const QStringList& names)
{
    OpenRequest request;
    QStringList others;
    for (const QString& name : names) {
        if (name.endsWith(QLatin1String(".onnx"), Qt::CaseInsensitive))
            request.model = name;
        else if (name.endsWith(QLatin1String(".exr"), Qt::CaseInsensitive))
            request.run = name;
        else if (name.endsWith(QLatin1String(".exs"), Qt::CaseInsensitive))
            request.session = name;
        else
            others << name;
    }
    if (others.size() == 1)
        request.data = others.front();
    else if (others.size() > 1)
        request.images = others;
    return request;
}

QString findSample(const QString& programDirectory)
{
    const QString name = QStringLiteral("samples/fashion_mnist");
    QStringList candidates{programDirectory + QStringLiteral("/../share/exitscope/") + name};
    QDir directory(programDirectory);
    for (int level = 0; level < levelsUp && directory.cdUp(); ++level)
        candidates << directory.filePath(name);
    for (const QString& candidate : candidates)
        if (QFileInfo::exists(candidate + QStringLiteral("/model.onnx")))
            return QDir::cleanPath(candidate);
    return {};
}

}  // namespace exitscope::app
