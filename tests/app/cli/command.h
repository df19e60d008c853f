// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QMap>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

/// The built command line program as a user runs it.
namespace exitscope::tests {

struct Outcome {
    int code = -1;  ///< -2: the program crashed
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QJsonObject json() const;
};

/// Runs the program to its end. `instructions` limits oneDNN to an instruction set ("AVX2"); empty: no limit.
[[nodiscard]] Outcome cli(const QStringList& arguments, const QString& instructions = {});
/// Runs it with these environment variables besides those of the test.
[[nodiscard]] Outcome cli_with(const QMap<QString, QString>& variables, const QStringList& arguments);

/// Whether the program, with --quiet, ends with numbers and notices alone, or with one sentence and the code of an
/// expected error, and prints neither NaN nor infinity; warns otherwise.
[[nodiscard]] bool ends_well(const QStringList& arguments);

/// What a verb prints with --json --quiet; warns unless that is one line and the program ends well.
[[nodiscard]] QJsonObject json_of(const QStringList& arguments);

/// Without "notices", which every object has.
[[nodiscard]] QStringList sorted_keys(const QJsonObject& object);

/// A folder for the files of one test program.
class Folder {
public:
    [[nodiscard]] QString path() const { return directory_.path(); }
    [[nodiscard]] QString file(const QString& name) const { return directory_.filePath(name); }
    void put(const QString& name, const QByteArray& bytes) const;
    /// Empty when there is no such file.
    [[nodiscard]] QByteArray read(const QString& name) const;
    /// A synthetic run of three exits at w4a4 and w8a8, 400 images to fit and 600 to test on.
    void put_run(const QString& name, bool labelled = true) const;

private:
    QTemporaryDir directory_;
};

}  // namespace exitscope::tests
