// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <QProcess>
#include <QRegularExpression>
#include <QTest>

namespace fs = std::filesystem;

/// Which folder may include headers of which other, what the core's libraries may refer to, and what every file says.
/// The tree under test is this one, or the one that the environment variable EXITSCOPE_LAYERING_ROOT names.
class TestLayering : public QObject {
    Q_OBJECT
private slots:
    void includes_are_arrows_of_the_table();
    void arrows_of_the_table_are_used();
    void arrows_make_no_cycle();
    void arrows_follow_the_order_of_libraries();
    void core_includes_neither_qt_nor_a_layer_above();
    void libraries_refer_only_to_those_below();
    void libraries_refer_to_no_foreign_symbol();
    void numbers_are_printed_and_read_without_the_locale();
    void namespaces_of_the_core_are_its_folders();
    void every_file_names_its_licence();
};

namespace {

struct Folder {
    std::string name;
    std::string knows;  ///< folders whose headers it includes, separated by blanks
};

/// One line per folder with sources. A new include needs its arrow here, a new folder its line; an arrow that no
/// include uses any more must go. docs/architecture.md draws the same arrows (scripts/draw-folders).
const std::vector<Folder>& folders()
{
    static const std::vector<Folder> table = {
        {"core/base", ""},
        {"core/base/formats", "core/base"},
        {"core/base/plan", "core/base"},
        {"core/network/dataset", "core/base core/base/formats"},
        {"core/network/model", "core/base core/base/plan core/network/dataset"},
        {"core/network/engine/kernels", "core/base/plan core/network/model"},
        {"core/network/engine", "core/base core/base/plan core/network/dataset core/network/engine/kernels "
                                "core/network/model"},
        {"core/network/calibrate", "core/base core/base/plan core/network/dataset core/network/engine "
                                   "core/network/engine/kernels core/network/model"},
        {"core/network/exits",
         "core/base core/base/plan core/network/calibrate core/network/dataset core/network/engine "
         "core/network/engine/kernels core/network/model"},
        {"core/analysis/run", "core/base core/base/formats core/base/plan"},
        {"core/analysis/cost", "core/analysis/run core/base"},
        {"core/analysis/predict", "core/analysis/run core/base"},
        {"core/analysis/policy", "core/analysis/cost core/analysis/predict core/analysis/run core/base"},
        {"core/analysis/analyse", "core/analysis/cost core/analysis/policy core/analysis/predict core/analysis/run "
                                  "core/base"},
        {"core/analysis/query", "core/analysis/cost core/analysis/run core/base"},
        {"core/analysis/risk", "core/analysis/analyse core/analysis/run core/base core/base/formats"},
        {"core/analysis/report", "core/analysis/analyse core/analysis/policy core/analysis/query core/analysis/risk "
                                 "core/analysis/run core/base"},
        {"core/deploy/bundle/files", ""},
        {"core/deploy/evaluate", "core/analysis/analyse core/analysis/run core/base core/network/calibrate "
                                 "core/network/dataset core/network/engine core/network/exits core/network/model"},
        {"core/deploy/adaptive", "core/analysis/analyse core/analysis/policy core/analysis/run core/base "
                                 "core/deploy/evaluate core/network/dataset core/network/engine core/network/model"},
        {"core/deploy/bundle", "core/analysis/analyse core/analysis/policy core/base core/base/plan "
                               "core/deploy/adaptive core/deploy/evaluate core/network/engine "
                               "core/network/engine/kernels core/network/model"},
        {"widgets/plots", "core/analysis/analyse core/analysis/policy core/analysis/predict core/analysis/report "
                          "core/analysis/risk core/base core/network/calibrate"},
        {"widgets/report", "core/analysis/analyse core/analysis/report core/base widgets/plots"},
        {"widgets/common", "core/analysis/analyse core/analysis/cost core/analysis/query core/analysis/run "
                           "core/base widgets/plots"},
        {"widgets/budget", "core/analysis/analyse widgets/common widgets/plots"},
        {"widgets/filters", "core/analysis/query core/analysis/run core/base widgets/common"},
        {"widgets/network", "core/network/exits core/network/model widgets/common widgets/plots"},
        {"widgets/samples", "core/analysis/analyse core/base core/network/dataset widgets/common widgets/filters "
                            "widgets/plots"},
        {"widgets/view", "widgets/common widgets/filters"},
        {"widgets/compare", "core/analysis/analyse core/analysis/policy widgets/common widgets/view"},
        {"widgets/confusion", "widgets/common widgets/plots widgets/view"},
        {"widgets/error", "core/analysis/predict widgets/common widgets/plots widgets/view"},
        {"widgets/exits", "core/analysis/report widgets/common widgets/plots widgets/view"},
        {"widgets/flow", "core/analysis/analyse widgets/common widgets/plots widgets/view"},
        {"widgets/guarantee", "core/analysis/policy core/analysis/risk widgets/common widgets/plots widgets/view"},
        {"widgets/inspector", "core/analysis/analyse core/analysis/policy core/deploy/adaptive "
                              "core/network/calibrate core/network/dataset widgets/common widgets/plots "
                              "widgets/samples widgets/view"},
        {"widgets/quantization", "core/deploy/evaluate widgets/common widgets/plots widgets/view"},
        {"widgets/tradeoff", "core/analysis/analyse core/analysis/policy core/base widgets/common widgets/plots "
                             "widgets/view"},
        {"app/cli", "core/analysis/analyse core/analysis/cost core/analysis/policy core/analysis/predict "
                    "core/analysis/report core/analysis/risk core/analysis/run core/base core/deploy/adaptive "
                    "core/deploy/bundle core/deploy/evaluate core/network/calibrate core/network/dataset "
                    "core/network/engine core/network/exits core/network/model widgets/plots widgets/report"},
        {"app",
         "core/analysis/analyse core/analysis/cost core/analysis/policy core/analysis/predict "
         "core/analysis/query core/analysis/report core/analysis/run core/base core/deploy/adaptive "
         "core/deploy/bundle core/deploy/evaluate core/network/calibrate core/network/dataset "
         "core/network/engine core/network/exits core/network/model widgets/budget widgets/common widgets/compare "
         "widgets/confusion widgets/error widgets/exits widgets/filters widgets/flow widgets/guarantee "
         "widgets/inspector widgets/network widgets/plots widgets/quantization widgets/report "
         "widgets/samples widgets/tradeoff widgets/view"},
    };
    return table;
}

struct Library {
    std::string folder;   ///< with all folders in it
    std::string below;    ///< folders of the libraries that it links, separated by blanks
    std::string file;     ///< empty for what is above the core
    std::string foreign;  ///< symbols, as a regular expression, that it must not refer to, beside Qt's
};

const std::vector<Library>& libraries()
{
    static const std::string engines = "dnnl|onnx::|google::|cv::";
    static const std::vector<Library> table = {
        {"core/base", "", EXITSCOPE_BASE_LIBRARY, engines + "|Eigen::|nlohmann::"},
        {"core/network", "core/base", EXITSCOPE_NETWORK_LIBRARY, "H5"},
        {"core/analysis", "core/base", EXITSCOPE_ANALYSIS_LIBRARY, engines},
        {"core/deploy", "core/base core/network core/analysis", EXITSCOPE_DEPLOY_LIBRARY, "H5|cv::"},
        {"widgets", "core/base core/network core/analysis core/deploy", "", ""},
        {"app", "core/base core/network core/analysis core/deploy widgets", "", ""},
    };
    return table;
}

fs::path root()
{
    return fs::path(qEnvironmentVariable("EXITSCOPE_LAYERING_ROOT", EXITSCOPE_SOURCE).toStdString());
}

std::vector<std::string> words(const std::string& text)
{
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

/// `name` is `folder` or lies in it.
bool lies_in(const std::string& name, const std::string& folder)
{
    return name == folder || name.starts_with(folder + "/");
}

struct Source {
    std::string name;  ///< from the root of the tree
    std::string text;

    [[nodiscard]] std::string folder() const { return fs::path(name).parent_path().string(); }
};

std::vector<Source> sources(std::initializer_list<const char*> tops)
{
    std::vector<Source> found;
    for (const char* top : tops) {
        for (const auto& entry : fs::recursive_directory_iterator(root() / top)) {
            const std::string ending = entry.path().extension().string();
            if (ending != ".cpp" && ending != ".h")
                continue;
            std::ifstream in(entry.path());
            found.push_back({entry.path().lexically_relative(root()).generic_string(),
                             std::string(std::istreambuf_iterator<char>(in), {})});
        }
    }
    std::sort(found.begin(), found.end(), [](const Source& a, const Source& b) { return a.name < b.name; });
    return found;
}

struct Include {
    std::string place;  ///< file:line
    std::string from;   ///< the folder of the file
    std::string path;   ///< as written between quotes
};

std::vector<Include> quoted_includes()
{
    static const QRegularExpression pattern(R"(^\s*#\s*include\s*"([^"]+)\")");
    std::vector<Include> found;
    for (const Source& source : sources({"core", "widgets", "app"})) {
        std::istringstream in(source.text);
        std::string line;
        for (int number = 1; std::getline(in, line); ++number) {
            if (line.find("include") == std::string::npos)
                continue;
            if (const auto match = pattern.match(QString::fromStdString(line)); match.hasMatch())
                found.push_back(
                    {source.name + ":" + std::to_string(number), source.folder(), match.captured(1).toStdString()});
        }
    }
    return found;
}

std::set<std::string> known_by(const std::string& folder)
{
    for (const Folder& line : folders()) {
        if (line.name == folder) {
            const std::vector<std::string> known = words(line.knows);
            return {known.begin(), known.end()};
        }
    }
    return {};
}

/// The names on a way from `folder` back to itself; empty if there is none.
std::string cycle_through(const std::string& folder)
{
    std::map<std::string, std::string> reached_from;
    std::vector<std::string> open = {folder};
    while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        for (const std::string& next : known_by(at)) {
            if (next == folder) {
                std::string way = folder;
                for (std::string step = at; step != folder; step = reached_from[step])
                    way = step + " -> " + way;
                return at == folder ? folder + " -> " + folder : folder + " -> " + way;
            }
            if (reached_from.emplace(next, at).second)
                open.push_back(next);
        }
    }
    return {};
}

const Library* library_of(const std::string& folder)
{
    const auto found = std::find_if(libraries().begin(), libraries().end(),
                                    [&](const Library& library) { return lies_in(folder, library.folder); });
    return found == libraries().end() ? nullptr : &*found;
}

/// What `nm` prints about a library, line by line.
std::vector<std::string> symbols(const std::string& library, const QStringList& options)
{
    QProcess nm;
    nm.start("nm", options + QStringList{QString::fromStdString(library)});
    if (!nm.waitForFinished(60000) || nm.exitCode() != 0)
        return {};
    std::vector<std::string> lines;
    for (const QByteArray& line : nm.readAllStandardOutput().split('\n'))
        lines.push_back(line.toStdString());
    return lines;
}

/// Mangled names of our own among these lines; undefined ones are those of type U.
std::set<std::string> own_names(const std::vector<std::string>& lines)
{
    std::set<std::string> names;
    for (const std::string& line : lines) {
        const std::string name = line.substr(line.rfind(' ') + 1);
        if (name.starts_with("_Z") && name.find("9exitscope") != std::string::npos)
            names.insert(name);
    }
    return names;
}

/// Prints all problems, one per line; whether there are none.
bool none(const std::vector<std::string>& problems)
{
    for (const std::string& problem : problems)
        qWarning("%s", problem.c_str());
    return problems.empty();
}

}  // namespace

void TestLayering::includes_are_arrows_of_the_table()
{
    std::vector<std::string> problems;
    const std::vector<Include> includes = quoted_includes();
    for (const Include& include : includes) {
        const std::string to = fs::path(include.path).parent_path().string();
        if (!fs::exists(root() / include.path) || include.path.find("..") != std::string::npos)
            problems.push_back(include.place + ": \"" + include.path + "\" is not a path from the root of the tree");
        else if (to != include.from && !known_by(include.from).contains(to))
            problems.push_back(include.place + ": " + include.from + " does not know " + to);
    }
    QVERIFY2(includes.size() > 1000, "the sources were not found");
    QVERIFY(none(problems));
}

void TestLayering::arrows_of_the_table_are_used()
{
    std::map<std::string, std::set<std::string>> used;
    for (const Source& source : sources({"core", "widgets", "app"}))
        used[source.folder()];
    for (const Include& include : quoted_includes())
        used[include.from].insert(fs::path(include.path).parent_path().string());

    std::vector<std::string> problems;
    for (const Folder& line : folders()) {
        if (!used.contains(line.name))
            problems.push_back(line.name + " has no sources");
        for (const std::string& known : words(line.knows))
            if (!used[line.name].contains(known))
                problems.push_back(line.name + " does not include " + known);
    }
    for (const auto& [folder, known] : used)
        if (std::none_of(folders().begin(), folders().end(), [&](const Folder& line) { return line.name == folder; }))
            problems.push_back(folder + " is missing from the table");
    QVERIFY(none(problems));
}

void TestLayering::arrows_make_no_cycle()
{
    std::vector<std::string> problems;
    for (const Folder& line : folders())
        if (const std::string cycle = cycle_through(line.name); !cycle.empty())
            problems.push_back(cycle);
    QVERIFY(none(problems));
}

void TestLayering::arrows_follow_the_order_of_libraries()
{
    std::vector<std::string> problems;
    for (const Folder& line : folders()) {
        const Library* library = library_of(line.name);
        QVERIFY2(library != nullptr, (line.name + " belongs to no library").c_str());
        const std::vector<std::string> below = words(library->below);
        for (const std::string& known : words(line.knows)) {
            const bool allowed = lies_in(known, library->folder) ||
                                 std::any_of(below.begin(), below.end(),
                                             [&](const std::string& folder) { return lies_in(known, folder); });
            if (!allowed)
                problems.push_back(line.name + " must not know " + known + ", which is not below its library");
        }
    }
    QVERIFY(none(problems));
}

void TestLayering::core_includes_neither_qt_nor_a_layer_above()
{
    static const QRegularExpression forbidden(
        R"(#\s*include\s*[<"](Q[A-Z]\w*|q[a-z]+\.h|Qt\w+/.*|qcustomplot.*|widgets/.*|app/.*|tests/.*)[>"])");
    std::vector<std::string> problems;
    const std::vector<Source> core = sources({"core"});
    for (const Source& source : core)
        if (const auto match = forbidden.match(QString::fromStdString(source.text)); match.hasMatch())
            problems.push_back(source.name + " has " + match.captured().toStdString());
    QVERIFY2(core.size() > 20, "the core's sources were not found");
    QVERIFY(none(problems));
}

void TestLayering::libraries_refer_only_to_those_below()
{
    std::map<std::string, std::set<std::string>> defined;
    for (const Library& library : libraries())
        if (!library.file.empty()) {
            defined[library.folder] = own_names(symbols(library.file, {"--defined-only"}));
            QVERIFY2(defined[library.folder].size() > 20, (library.file + " could not be read").c_str());
        }
    std::vector<std::string> problems;
    for (const Library& library : libraries()) {
        if (library.file.empty())
            continue;
        std::set<std::string> wanted;
        for (const std::string& line : symbols(library.file, {"--undefined-only"}))
            if (line.find(" U ") != std::string::npos)
                wanted.merge(own_names({line}));
        for (const std::string& name : wanted) {
            bool known = defined[library.folder].contains(name);
            for (const std::string& below : words(library.below))
                known = known || defined[below].contains(name);
            if (!known)
                problems.push_back(library.folder + " refers to " + name);
        }
    }
    QVERIFY(none(problems));
}

void TestLayering::libraries_refer_to_no_foreign_symbol()
{
    static const std::string qt = R"(Q[A-Z]\w+::|q[A-Z]\w+\(|QtPrivate::|)";
    std::vector<std::string> problems;
    bool engine_seen = false;
    for (const Library& library : libraries()) {
        if (library.file.empty())
            continue;
        const QRegularExpression foreign(QString::fromStdString(" U (.*[ (<*&])?(" + qt + library.foreign + ")"));
        QVERIFY2(foreign.isValid(), library.foreign.c_str());
        for (const std::string& line : symbols(library.file, {"--undefined-only", "--demangle"})) {
            engine_seen = engine_seen || line.find("dnnl") != std::string::npos;
            if (foreign.match(QString::fromStdString(line)).hasMatch())
                problems.push_back(library.folder + " refers to" + line.substr(line.find(" U ") + 2));
        }
    }
    QVERIFY2(engine_seen, "no library refers to oneDNN: these are not the lists of the core");
    QVERIFY(none(problems));
}

void TestLayering::numbers_are_printed_and_read_without_the_locale()
{
    // printf, strtod and std::to_string(double) follow the locale that QApplication sets; core/base/number_text.h does
    // not. nlohmann's JSON asks for the decimal point itself.
    static const QRegularExpression following(
        " U (__)?(v?s?n?printf(_chk)?|strto(d|f|ld)|ato[fil]|(to(lower|upper)|is(alnum|alpha|digit|space))|"
        "ctype_(b|tolower|toupper)_loc|setlocale)$");
    std::set<std::string> json;
    for (const Source& source : sources({"core"}))
        if (source.text.find("nlohmann/json") != std::string::npos)
            json.insert(fs::path(source.name).filename().string() + ".o");
    std::vector<std::string> problems;
    std::size_t looked_at = 0;
    for (const Library& library : libraries()) {
        if (library.file.empty())
            continue;
        for (const std::string& line : symbols(library.file, {"-A", "--undefined-only"})) {
            const std::string object = line.substr(0, line.rfind(':'));
            const std::string name = object.substr(object.find_last_of(":/") + 1);
            ++looked_at;
            if (!json.contains(name) && following.match(QString::fromStdString(line)).hasMatch())
                problems.push_back(name + " refers to" + line.substr(line.find(" U ") + 2));
        }
    }
    QVERIFY2(looked_at > 1000, "the libraries were not read");
    QVERIFY(none(problems));
}

void TestLayering::namespaces_of_the_core_are_its_folders()
{
    std::vector<std::string> problems;
    for (const Source& source : sources({"core"})) {
        // A program of the bundle's user; headers with macros alone.
        if (source.folder() == "core/deploy/bundle/files" || source.text.find("\nnamespace ") == std::string::npos)
            continue;
        const std::string library = library_of(source.folder())->folder;
        std::string name = "namespace exitscope";
        if (source.folder() != library)
            name += "::" + std::next(fs::path(source.folder()).begin(), 2)->string();
        const std::size_t at = source.text.find("\n" + name);
        if (at == std::string::npos ||
            std::string_view(" :").find(source.text[at + 1 + name.size()]) == std::string::npos)
            problems.push_back(source.name + " does not declare " + name);
    }
    QVERIFY(none(problems));
}

void TestLayering::every_file_names_its_licence()
{
    std::vector<std::string> problems;
    for (const Source& source : sources({"core", "widgets", "app", "tests"}))
        if (!source.text.starts_with("// SPDX-License-Identifier: GPL-3.0-or-later"))
            problems.push_back(source.name);
    QVERIFY(none(problems));
}

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
