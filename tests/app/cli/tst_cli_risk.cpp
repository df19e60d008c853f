// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

#include <limits>

#include "tests/app/cli/command.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

/// A float32 array [knobs, samples] as NumPy writes it.
QByteArray npy(int knobs, int samples, const std::vector<float>& values)
{
    QByteArray header = QByteArray("{'descr': '<f4', 'fortran_order': False, 'shape': (") + QByteArray::number(knobs) +
                        ", " + QByteArray::number(samples) + "), }";
    header.append(QByteArray(117 - header.size(), ' ')).append('\n');
    return QByteArray("\x93NUMPY\x01\x00\x76\x00", 10) + header +
           QByteArray(reinterpret_cast<const char*>(values.data()), qsizetype(values.size() * sizeof(float)));
}

}  // namespace

/// The verbs calibrate and import as a user runs them.
class TestCliRisk : public QObject {
    Q_OBJECT

    Folder folder_;
    [[nodiscard]] QString file(const QString& name) const { return folder_.file(name); }

private slots:
    void initTestCase()
    {
        folder_.put_run("run.exr");
        std::vector<float> losses(3 * 200, 0.0F);  // 0, 10 and 100 of 200 are wrong, at the end of the file first
        std::fill_n(losses.begin() + 200 + 190, 10, 1.0F);
        std::fill_n(losses.begin() + 500, 100, 1.0F);
        folder_.put("losses.npy", npy(3, 200, losses));
    }

    void calibrateJson()
    {
        const QStringList common = {"calibrate", file("run.exr"), "--policy", "confidence", "--method", "ltt",
                                    "--loss",    "consistency",   "--n",      "300",        "--json",   "--quiet"};
        const QJsonObject one = cli(common + QStringList{"--eps", "0.1", "--delta", "0.2"}).json();
        QCOMPARE(sorted_keys(one), QStringList({"cost_mean", "delta", "eps", "index", "knob", "loss", "method", "n",
                                                "risk_mean", "trials", "violations"}));
        QCOMPARE(one["eps"].toDouble(), 0.1);
        QCOMPARE(one["delta"].toDouble(), 0.2);
        QCOMPARE(one["n"].toInt(), 300);
        QCOMPARE(one["index"].toArray().size(), 1);
        QVERIFY(one["knob"].toArray()[0].toDouble() > 0 && one["knob"].toArray()[0].toDouble() < 1);
        QVERIFY(one["cost_mean"].toDouble() > 0.2 && one["cost_mean"].toDouble() < 1);

        const QJsonObject several = cli(common + QStringList{"--eps", "0.02,0.1,0.3"}).json();
        for (const char* key : {"eps", "index", "knob", "risk_mean", "cost_mean", "violations"})
            QCOMPARE(several[key].toArray().size(), 3);
        QVERIFY(several["index"].toArray()[0].toInt() < several["index"].toArray()[2].toInt());

        const QJsonObject trials = cli(common + QStringList{"--eps", "0.1", "--trials", "20"}).json();
        QCOMPARE(trials["index"].toArray().size(), 20);
        QVERIFY(trials["violations"].toDouble() <= 0.3);
        const QJsonObject both = cli(common + QStringList{"--eps", "0.1,0.2", "--trials", "20"}).json();
        QCOMPARE(both["index"].toArray().size(), 2);
        QCOMPARE(both["index"].toArray()[0].toArray(), trials["index"].toArray());
    }

    void lossesFromAFile()
    {
        const QStringList common = {"calibrate", "--losses", file("losses.npy"), "--loss", "consistency", "--json",
                                    "--n",       "150"};
        const QJsonObject first =
            cli(common + QStringList{"--method", "naive", "--eps", "0.01,0.5,0.9", "--order", "file", "--quiet"})
                .json();
        QCOMPARE(first["index"].toArray(), QJsonArray({1, 2, 2}));  // the first 150: 0, 0 and 50 wrong
        QCOMPARE(first["risk_mean"].toArray()[0].toDouble(), 0.2);
        QVERIFY(first["cost_mean"].toArray()[0].isNull() && first["knob"].toArray()[0].isNull());

        const Outcome none = cli(common + QStringList{"--method", "ltt", "--eps", "0.001"});
        QCOMPARE(none.code, 0);
        QCOMPARE(none.json()["index"].toArray(), QJsonArray{-1});
        QVERIFY(none.err.contains("full model"));
        const QJsonObject reference =
            cli(common + QStringList{"--method", "ltt", "--eps", "0.001", "--reference-compatible"}).json();
        QCOMPARE(reference["index"].toArray(), QJsonArray{0});
    }

    void realLossesHaveTheirOwnRange()
    {
        // 100 samples: knob 0 loses 0.25 each, knob 1 0.75 each.
        std::vector<float> losses(200, 0.25F);
        std::fill_n(losses.begin() + 100, 100, 0.75F);
        folder_.put("real.npy", npy(2, 100, losses));
        const QStringList common = {"calibrate", "--losses", file("real.npy"), "--method", "naive",
                                    "--eps",     "0.5",      "--json"};
        const QJsonObject plain = json_of(common);
        QCOMPARE(plain["loss_range"].toArray(), QJsonArray({0, 1}));
        QVERIFY(plain["loss"].isNull());
        QCOMPARE(plain["index"].toArray(), QJsonArray{0});
        QCOMPARE(plain["risk_mean"].toDouble(), 0.25);
        QCOMPARE(plain["notices"].toArray()[0].toObject()["code"].toString(), QString("loss-range"));
        const QJsonObject wide = json_of(common + QStringList{"--loss-range", "-10,10"});
        QCOMPARE(wide["risk_mean"].toDouble(), 0.25);
        QVERIFY(wide["notices"].toArray().isEmpty());
        const QJsonObject none =
            json_of({"calibrate", "--losses", file("real.npy"), "--method", "crc", "--eps", "0.1"});
        QCOMPARE(none["index"].toArray(), QJsonArray{-1});
        QVERIFY(none["risk_mean"].isNull() && none["cost_mean"].isNull());

        losses[150] = 3.5F;
        folder_.put("far.npy", npy(2, 100, losses));
        losses[150] = std::numeric_limits<float>::quiet_NaN();
        folder_.put("nan.npy", npy(2, 100, losses));
    }

    void refusals_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("code");
        const QStringList losses = {"calibrate", "--losses", file("losses.npy"), "--eps", "0.1"};
        const auto row = [&](const char* name, const QStringList& arguments, const QString& words, int code) {
            QTest::newRow(name) << arguments << words << code;
        };
        const auto real = [&](const QString& name) {
            return QStringList{"calibrate", "--losses", file(name), "--eps", "0.5", "--method", "ucb"};
        };
        row("beyond every range", real("far.npy"),
            "the loss of knob 1 and sample 50 is 3.5, outside the range from -2 to 2", 2);
        row("beyond its range", real("real.npy") + QStringList{"--loss-range", "0,0.5"},
            "the loss of knob 1 and sample 0", 2);
        row("not finite", real("nan.npy") + QStringList{"--loss-range", "0,1"},
            "the loss of knob 1 and sample 50 is nan", 2);
        row("range upside down", real("real.npy") + QStringList{"--loss-range", "1,0"}, "--loss-range", 1);
        row("range of a kind", real("real.npy") + QStringList{"--loss-range", "0,1", "--loss", "hellinger"},
            "--loss-range", 1);
        row("level below the range", real("real.npy") + QStringList{"--loss-range", "0.6,1"}, "outside the range", 2);
        row("neither", {"calibrate", "--method", "crc", "--eps", "0.1"}, "--losses", 1);
        row("both", losses + QStringList{file("run.exr"), "--method", "crc"}, "--losses", 1);
        row("method", losses + QStringList{"--method", "hb"}, "hb", 1);
        row("loss", losses + QStringList{"--method", "crc", "--loss", "l2"}, "hellinger", 1);
        row("n", losses + QStringList{"--method", "crc", "--loss", "consistency", "--n", "201"}, "201", 1);
        row("delta", losses + QStringList{"--method", "ucb", "--loss", "consistency", "--delta", "1"}, "delta", 1);
        row("order", losses + QStringList{"--method", "ucb", "--loss", "consistency", "--order", "alphabet"},
            "alphabet", 2);
        row("trials in order",
            losses + QStringList{"--method", "ucb", "--loss", "consistency", "--order", "file", "--trials", "2"},
            "order", 1);
        folder_.put("half.npy", npy(1, 2, {0.5F, 0.0F}));
        row("no 0-1 loss",
            {"calibrate", "--losses", file("half.npy"), "--method", "crc", "--loss", "consistency", "--eps", "0.1"},
            "knob 0 and sample 0", 2);
        folder_.put("large.npy", npy(1, 2, {0.0F, 3.0F}));
        row("loss beyond its range",
            {"calibrate", "--losses", file("large.npy"), "--method", "crc", "--loss", "brier", "--eps", "0.1"},
            "sample 1", 2);
        row("import of nothing", {"import", "-o", file("x.exr")}, "--table", 1);
        row("logits without labels", {"import", "--logits", file("losses.npy"), "-o", file("x.exr")}, "--labels", 1);
        row("import into nowhere", {"import", "--table", file("t.csv"), "-o", "/proc/x.exr"}, "/proc/x.exr", 4);
        row("energy table of another cost", {"curve", file("run.exr"), "--energy-table", file("e.json")}, "energy", 1);
    }
    void refusals()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, words);
        QFETCH(int, code);
        const Outcome outcome = cli(arguments);
        QVERIFY2(outcome.code == code, outcome.err.constData());
        QVERIFY2(outcome.err.startsWith("exitscope: ") && outcome.err.contains(words.toUtf8()),
                 outcome.err.constData());
        QCOMPARE(outcome.err.count('\n'), 1);
    }

    void aTableIsImportedAndCompared()
    {
        QByteArray text = "target,conf_branch_1,prediction_branch_1,conf_branch_2,prediction_branch_2\n";
        for (int i = 0; i < 300; ++i)
            text += QByteArray::number(i % 3) + ",0." + QByteArray::number(30 + i % 60) + "," +
                    QByteArray::number(i % 60 > 20 ? i % 3 : 0) + ",0.9," + QByteArray::number(i % 3) + "\n";
        folder_.put("t.csv", text);
        folder_.put("c.csv", "10\n40\n");
        const Outcome made =
            cli({"import", "--table", file("t.csv"), "--costs", file("c.csv"), "-o", file("t.exr"), "--json"});
        QVERIFY2(made.code == 0, made.err.constData());
        QVERIFY(made.err.isEmpty());
        QCOMPARE(made.json()["states"].toInt(), 2);
        QCOMPARE(made.json()["full"].toObject()["accuracy"].toDouble(), 1.0);
        const Outcome note = cli({"import", "--table", file("t.csv"), "-o", file("t2.exr"), "--json"});
        QVERIFY(note.err.contains("cost the same"));
        const QJsonArray policies = cli({"curve", file("t.exr"), "--json"}).json()["policies"].toArray();
        QVERIFY(policies.size() > 5);
        for (const auto policy : policies)
            QVERIFY(policy.toObject()["name"].toString() != "entropy");
        const Outcome refused = cli({"curve", file("t.exr"), "--policies", "entropy"});
        QCOMPARE(refused.code, 3);
        QVERIFY(refused.err.contains("confidences"));
        const Outcome hellinger =
            cli({"calibrate", file("t.exr"), "--method", "ucb", "--loss", "hellinger", "--eps", "0.1", "--n", "50"});
        QCOMPARE(hellinger.code, 2);
        QVERIFY(hellinger.err.contains("probabilities"));
    }

    void anEnergyTableChangesCosts()
    {
        folder_.put("e.json", R"({"integer_mac_pj": {"4": 0.01}, "source": "a guess"})");
        const QStringList common = {"curve", file("run.exr"), "--policies", "static", "--cost", "energy", "--json"};
        const double before = cli(common)
                                  .json()["policies"]
                                  .toArray()[0]
                                  .toObject()["points"]
                                  .toArray()[0]
                                  .toObject()["budget"]
                                  .toDouble();
        const double after = cli(common + QStringList{"--energy-table", file("e.json")})
                                 .json()["policies"]
                                 .toArray()[0]
                                 .toObject()["points"]
                                 .toArray()[0]
                                 .toObject()["budget"]
                                 .toDouble();
        QVERIFY(after < before);
        folder_.put("e.json", R"({"integer_mac_pj": {"9": 0.01}})");
        QCOMPARE(cli(common + QStringList{"--energy-table", file("e.json")}).code, 2);
    }
};

QTEST_APPLESS_MAIN(TestCliRisk)
#include "tst_cli_risk.moc"
