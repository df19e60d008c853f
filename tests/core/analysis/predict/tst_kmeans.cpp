// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/predict/kmeans.h"
#include "core/base/random.h"

using namespace exitscope;
using namespace exitscope::predict;

namespace {

Features cloud(Eigen::Index count, std::uint64_t seed)
{
    Random random(seed);
    Features points(4, count);
    for (Eigen::Index i = 0; i < count; ++i)
        for (int d = 0; d < 4; ++d)
            points(d, i) = static_cast<float>(random.normal());
    return points;
}

std::size_t slow_nearest(const Clusters& clusters, const Eigen::Vector4f& point)
{
    std::size_t best = 0;
    double least = 1e30;
    for (std::size_t k = 0; k < clusters.count(); ++k) {
        double squared = 0;
        for (int d = 0; d < 4; ++d) {
            const double gap = double(clusters.centres()(d, static_cast<Eigen::Index>(k))) - double(point[d]);
            squared += gap * gap;
        }
        if (squared < least - 1e-9) {
            least = squared;
            best = k;
        }
    }
    return best;
}

}  // namespace

class TestKMeans : public QObject {
    Q_OBJECT
private slots:
    void ends_at_a_fixed_point_of_lloyd()
    {
        const Features points = cloud(3000, 3);
        const Clusters clusters = kmeans(points, {.clusters = 17});
        QCOMPARE(clusters.count(), std::size_t{17});
        const std::vector<std::uint32_t> assignment = clusters.nearest(points);
        Eigen::Matrix4Xd sum = Eigen::Matrix4Xd::Zero(4, 17);
        Eigen::VectorXd size = Eigen::VectorXd::Zero(17);
        for (Eigen::Index i = 0; i < points.cols(); ++i) {
            const std::size_t k = assignment[static_cast<std::size_t>(i)];
            QCOMPARE(k, slow_nearest(clusters, points.col(i)));
            QCOMPARE(clusters.nearest(Eigen::Vector4f(points.col(i))), k);
            sum.col(static_cast<Eigen::Index>(k)) += points.col(i).cast<double>();
            size[static_cast<Eigen::Index>(k)] += 1;
        }
        for (Eigen::Index k = 0; k < 17; ++k) {
            QVERIFY(size[k] > 0);
            QVERIFY((sum.col(k) / size[k] - clusters.centres().col(k).cast<double>()).norm() < 1e-5);
        }
    }

    void finds_separated_groups()
    {
        Features points = cloud(900, 5) * 0.05F;
        for (Eigen::Index i = 0; i < points.cols(); ++i)
            points(static_cast<int>(i % 3), i) += 10.0F;
        const Clusters clusters = kmeans(points, {.clusters = 3});
        const std::vector<std::uint32_t> assignment = clusters.nearest(points);
        for (std::size_t i = 3; i < assignment.size(); ++i)
            QCOMPARE(assignment[i], assignment[i % 3]);
        QVERIFY(clusters.distortion(points) < 0.02);
    }

    void restarts_never_make_it_worse()
    {
        const Features points = cloud(500, 8);
        const double once = kmeans(points, {.clusters = 20, .restarts = 1, .seed = 4}).distortion(points);
        const double often = kmeans(points, {.clusters = 20, .restarts = 8, .seed = 4}).distortion(points);
        QVERIFY(often <= once);
    }

    void copes_with_few_distinct_points()
    {
        Features points = Features::Zero(4, 50);
        points.rightCols(20).setOnes();
        const Clusters clusters = kmeans(points, {.clusters = 8});
        QCOMPARE(clusters.count(), std::size_t{2});
        QCOMPARE(clusters.distortion(points), 0.0);
        QCOMPARE(kmeans(points.leftCols(1), {.clusters = 8}).count(), std::size_t{1});
    }

    void one_cluster_is_the_mean()
    {
        const Features points = cloud(400, 2);
        const Clusters clusters = kmeans(points, {.clusters = 1});
        QVERIFY((clusters.centres().col(0) - points.rowwise().mean()).norm() < 1e-5F);
    }

    void the_seed_decides()
    {
        const Features points = cloud(500, 1);
        QVERIFY(kmeans(points, {.seed = 7}).centres() == kmeans(points, {.seed = 7}).centres());
        QVERIFY(kmeans(points, {.seed = 7}).centres() != kmeans(points, {.seed = 8}).centres());
    }
};

QTEST_APPLESS_MAIN(TestKMeans)
#include "tst_kmeans.moc"
