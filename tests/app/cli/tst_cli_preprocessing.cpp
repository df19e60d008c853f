// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>

#include <QJsonArray>
#include <QTest>

#include "core/base/error.h"
#include "tests/app/cli/command.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

const QString sample = EXITSCOPE_SAMPLES "/fashion_mnist/model.onnx";

/// The values of an NPY file of float32.
std::vector<float> values_of(const QByteArray& npy)
{
    const auto header = static_cast<std::size_t>(static_cast<unsigned char>(npy[8])) +
                        256 * static_cast<std::size_t>(static_cast<unsigned char>(npy[9]));
    std::vector<float> values((static_cast<std::size_t>(npy.size()) - 10 - header) / sizeof(float));
    std::memcpy(values.data(), npy.constData() + 10 + header, values.size() * sizeof(float));
    return values;
}

QStringList codes(const QJsonObject& json)
{
    QStringList codes;
    for (const auto& notice : json["notices"].toArray())
        codes << notice.toObject()["code"].toString();
    return codes;
}

}  // namespace

class TestCliPreprocessing : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QByteArray image = "P6 8 6 255\n";
        for (int i = 0; i < 48; ++i)
            image.append(char(5 * i)).append(char(255 - i)).append(char(255));
        folder_.put("image.ppm", image);
    }

    void lists_are_separated_by_commas_or_blanks()
    {
        const std::vector<float> commas = fed({"--mean", "0.1,0.2,0.3", "--std", "0.5,0.25,2"});
        QCOMPARE(commas.size(), std::size_t{3 * 8 * 6});
        QVERIFY(std::abs(commas.back() - 0.35F) < 1e-6F);
        QCOMPARE(fed({"--mean", "0.1", "0.2", "0.3", "--std", "0.5", "0.25", "2"}), commas);
        QCOMPARE(fed({"--mean", "0.1 0.2 0.3", "--std", "0.5, 0.25, 2"}), commas);
        QCOMPARE(fed({"--mean=0.1,0.2,0.3", "--std", "0.5,", "0.25,", "2"}), commas);
        const std::vector<float> negative = fed({"--mean", "-1", "-1", "-1"});
        QVERIFY(std::abs(negative.back() - 2) < 1e-6F);
    }

    void what_follows_a_list_is_not_swallowed()
    {
        const Outcome outcome = cli({"preprocess", "--mean", "0.1", "0.2", "0.3", folder_.file("image.ppm"), "--resize",
                                     "--crop", "4x4", "-o", folder_.file("x.npy")});
        QVERIFY2(outcome.code == 0, outcome.err);
        const Outcome bare =
            cli({"preprocess", "--crop", "4", "--resize", folder_.file("image.ppm"), "-o", folder_.file("x.npy")});
        QVERIFY2(bare.code == 0, bare.err);
        const Outcome words = cli({"curve", "--policies", "static", "quee", folder_.file("none.exr")});
        QCOMPARE(words.code, int(ErrorCode::bad_input));
        QVERIFY2(words.err.contains("none.exr"), words.err);
    }

    void wrong_values_are_named()
    {
        const auto said = [this](const QStringList& options) {
            const Outcome outcome =
                cli(QStringList{"preprocess", folder_.file("image.ppm"), "-o", folder_.file("y.npy")} + options);
            return outcome.code == int(ErrorCode::usage) ? QString::fromUtf8(outcome.err).trimmed() : QString();
        };
        QVERIFY(said({"--filter", "cubic"}).contains("--filter: \"cubic\" is not bilinear, bicubic"));
        QVERIFY(said({"--range", "0-1"}).contains("--range: \"0-1\" is not 0..1"));
        QVERIFY(said({"--resize=big"}).contains("--resize: \"big\" is not a number of pixels"));
        QVERIFY(said({"--preset", "x"}).contains("there is no preset \"x\""));
    }

    void sizes_are_checked_before_a_run()
    {
        const Outcome outcome = cli({"run", sample, "--data", folder_.file("image.ppm")});
        QCOMPARE(outcome.code, int(ErrorCode::bad_input));
        QVERIFY2(outcome.err.contains("is 8x6, the model takes 28x28 (say --resize or --crop"), outcome.err);
        QCOMPARE(cli({"run", sample, "--data", folder_.file("image.ppm"), "--resize"}).code, 0);
    }

    void doubtful_preprocessing_is_said_before_a_run()
    {
        const QStringList run = {"run", sample, "--data", "fashion-mnist:test", "--limit", "500", "--json"};
        QCOMPARE(codes(cli(run).json()), QStringList());
        const Outcome wrong = cli(run + QStringList{"--range", "0..255", "--mean", "0", "--std", "1"});
        QVERIFY2(wrong.code == 0, wrong.err);
        QCOMPARE(codes(wrong.json()), QStringList{"preprocessing-doubtful"});
        QVERIFY2(wrong.err.contains("answers better with --range"), wrong.err);
        QCOMPARE(cli(run + QStringList{"--range", "0..255", "--mean", "0", "--std", "1", "--strict"}).code,
                 int(ErrorCode::usage));
        const QStringList quiet = {"--range", "0..255", "--mean", "0", "--std", "1", "--quiet"};
        QCOMPARE(codes(cli(run + quiet).json()), QStringList());
    }

    /// Runs keep how their images were preprocessed; verbs that use them again do the same without being told.
    void runs_keep_their_preprocessing()
    {
        const QString run = folder_.file("run.exr");
        const Outcome made =
            cli({"evaluate", sample, "--fit", "fashion-mnist:fit", "--test", "fashion-mnist:test", "--limit", "300",
                 "--precisions", "w8a8", "--no-latency", "--mean", "0.4", "--std", "0.5", "-o", run});
        QVERIFY2(made.code == 0, made.err);
        const QStringList adaptive = {"adaptive", sample, run, "--policy", "static", "--json"};
        const Outcome again = cli(adaptive);
        QVERIFY2(again.code == 0, again.err);
        QCOMPARE(again.json()["agreement"].toDouble(), 1.0);
        QCOMPARE(codes(again.json()), QStringList());
        const Outcome other = cli(adaptive + QStringList{"--mean", "0.9"});
        QVERIFY2(other.code == 0, other.err);
        QCOMPARE(codes(other.json()), QStringList{"preprocessing-differs"});
        const Outcome report = cli({"report", run, "-o", folder_.file("report.html"), "--policies", "static"});
        QVERIFY2(report.code == 0, report.err);
        QVERIFY(folder_.read("report.html").contains("--range 0..1 --mean 0.4 --std 0.5"));
    }

    void a_fit_split_and_the_shape_of_images_share_an_option()
    {
        const Outcome outcome = cli(
            {"evaluate", sample, "--fit", "crop", "--fit", "nothing", "--test", "none", "-o", folder_.file("z.exr")});
        QCOMPARE(outcome.code, int(ErrorCode::bad_input));
        QVERIFY2(outcome.err.contains("nothing"), outcome.err);
    }

private:
    /// What is fed for the image.
    std::vector<float> fed(const QStringList& options)
    {
        const Outcome outcome =
            cli(QStringList{"preprocess", folder_.file("image.ppm"), "-o", folder_.file("x.npy")} + options);
        if (outcome.code != 0)
            qWarning("%s", outcome.err.constData());
        return outcome.code == 0 ? values_of(folder_.read("x.npy")) : std::vector<float>();
    }

    Folder folder_;
};

QTEST_GUILESS_MAIN(TestCliPreprocessing)
#include "tst_cli_preprocessing.moc"
