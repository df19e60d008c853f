// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/network/model/multi_exit.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"
#include "tests/support/answers.h"
#include "tests/support/onnx_message.h"

using namespace exitscope;
using namespace exitscope::model;

namespace {

/// The network with its activation written as the node `act` of the domain `own`.
std::string network(const std::string& activation)
{
    return R"(
        x = input [N,3,8,8]
        w = random [4,3,3,3] scale=0.3
        c = Conv(x, w) pads=[1,1,1,1]
        r = )" +
           activation + R"(
        p = GlobalAveragePool(r)
        f = Flatten(p)
        h = random [5,4]
        y = Gemm(f, h) transB=1
        > y
    )";
}

onnx::FunctionProto& add_function(onnx::ModelProto& model, const std::string& name, const std::string& body,
                                  std::vector<std::string> inputs, std::vector<std::string> outputs,
                                  std::int64_t opset = 13)
{
    onnx::FunctionProto& function = *model.add_functions();
    function.set_domain("own");
    function.set_name(name);
    for (const std::string& input : inputs)
        function.add_input(input);
    for (const std::string& output : outputs)
        function.add_output(output);
    onnx::OperatorSetIdProto& set = *function.add_opset_import();
    set.set_version(opset);
    std::string text;
    for (const std::string& input : inputs)
        text += input + " = input [N]\n";
    const onnx::ModelProto nodes = tests::onnx_model(text + body);
    *function.mutable_node() = nodes.graph().node();
    return function;
}

void refer(onnx::FunctionProto& function, int node, const std::string& attribute, const std::string& to)
{
    onnx::AttributeProto& reference = *function.mutable_node(node)->add_attribute();
    reference.set_name(attribute);
    reference.set_ref_attr_name(to);
    reference.set_type(onnx::AttributeProto::FLOAT);
    function.add_attribute(to);
}

void set_unknown(onnx::FunctionProto& function, int field, const std::string& content)
{
    function.mutable_unknown_fields()->AddLengthDelimited(field)->assign(content);
}

std::vector<float> expected(const std::string& activation)
{
    return tests::answers(open_model(tests::bytes_of(tests::onnx_model(network(activation))), "plain", {}),
                          *tests::noise_images(4, 3, 8, 8));
}

std::vector<float> answers(const onnx::ModelProto& model)
{
    return tests::answers(open_model(tests::bytes_of(model), "functions", {}), *tests::noise_images(4, 3, 8, 8));
}

std::string error_of(const onnx::ModelProto& model)
{
    const auto opened = open_model(tests::bytes_of(model), "functions.onnx", {});
    return opened ? std::string() : opened.error().message();
}

}  // namespace

class TestFunctions : public QObject {
    Q_OBJECT

private slots:
    void oneCall()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.act(c)"));
        add_function(model, "act", "b = Relu(a)\n > b", {"a"}, {"b"});
        QCOMPARE(answers(model), expected("Relu(c)"));
    }

    void nestedAndCalledTwice()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.outer(c)"));
        add_function(model, "outer", "t = own.inner(a)\n u = own.inner(t)\n b = own.inner(u)\n > b", {"a"}, {"b"});
        add_function(model, "inner", "t = Sigmoid(a)\n b = Mul(a, t)\n > b", {"a"}, {"b"});
        onnx::ModelProto plain = tests::onnx_model(network("own.act(c)"));
        add_function(plain, "act",
                     "t1 = Sigmoid(a)\n m1 = Mul(a, t1)\n t2 = Sigmoid(m1)\n m2 = Mul(m1, t2)\n"
                     "t3 = Sigmoid(m2)\n b = Mul(m2, t3)\n > b",
                     {"a"}, {"b"});
        QCOMPARE(answers(model), answers(plain));
    }

    /// A value of the graph has the name that the body's would get.
    void namesDoNotClash()
    {
        std::string text = network("own.act(c)");
        text.replace(text.find("f = Flatten(p)"), 14, "act/t = Flatten(p)");
        text.replace(text.find("Gemm(f, h)"), 10, "Gemm(act/t, h)");
        onnx::ModelProto model = tests::onnx_model(text);
        add_function(model, "act", "t = Neg(a)\n b = Relu(t)\n > b", {"a"}, {"b"});
        for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node())
            if (node.op_type() == "act")
                node.set_name("act");
        onnx::ModelProto plain = tests::onnx_model(network("own.other(c)"));
        add_function(plain, "other", "t = Neg(a)\n b = Relu(t)\n > b", {"a"}, {"b"});
        QCOMPARE(answers(model), answers(plain));
    }

    void attributesOfTheCallAndDefaults()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.act(c) slope=0.25"));
        refer(add_function(model, "act", "b = LeakyRelu(a)\n > b", {"a"}, {"b"}), 0, "alpha", "slope");
        QCOMPARE(answers(model), expected("LeakyRelu(c) alpha=0.25"));

        model = tests::onnx_model(network("own.act(c)"));
        onnx::FunctionProto& function = add_function(model, "act", "b = LeakyRelu(a)\n > b", {"a"}, {"b"});
        refer(function, 0, "alpha", "slope");
        QCOMPARE(answers(model), expected("LeakyRelu(c) alpha=0.01"));  // left out: the operator's own default

        onnx::AttributeProto value;
        value.set_name("slope");
        value.set_type(onnx::AttributeProto::FLOAT);
        value.set_f(0.5F);
        set_unknown(function, 11, value.SerializeAsString());
        QCOMPARE(answers(model), expected("LeakyRelu(c) alpha=0.5"));
    }

    void overloads()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.act(c)"));
        set_unknown(add_function(model, "act", "b = Relu(a)\n > b", {"a"}, {"b"}), 13, "first");
        set_unknown(add_function(model, "act", "b = Sigmoid(a)\n > b", {"a"}, {"b"}), 13, "second");
        for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node())
            if (node.op_type() == "act")
                node.mutable_unknown_fields()->AddLengthDelimited(8)->assign("second");
        QCOMPARE(answers(model), expected("Sigmoid(c)"));
    }

    void omittedInputAndPassedThroughResult()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.act(c)"));
        add_function(model, "act", "b = Clip(a, low, high)\n > b", {"a", "low", "high"}, {"b"});
        QCOMPARE(answers(model), expected("Identity(c)"));
        model = tests::onnx_model(network("own.pass(c)"));
        onnx::FunctionProto& pass = *model.add_functions();
        pass.set_domain("own");
        pass.set_name("pass");
        pass.add_input("a");
        pass.add_output("a");
        QCOMPARE(answers(model), expected("Identity(c)"));
    }

    /// Softmax over the last axis since opset 13, over all axes from 1 on before.
    void versionOfTheFunction()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.act(c)"));
        add_function(model, "act", "b = Softmax(a) axis=1\n > b", {"a"}, {"b"}, 11);
        onnx::ModelProto same = tests::onnx_model(network("own.act(c)"));
        add_function(same, "act", "b = Softmax(a) axis=1\n > b", {"a"}, {"b"}, 13);
        QCOMPARE(answers(same), expected("Softmax(c) axis=1"));
        QVERIFY(tests::largest_difference(answers(model), answers(same)) > 1e-3F);
    }

    void functionWithAnIf()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.act(c)"));
        onnx::FunctionProto& function = add_function(model, "act", "n = Neg(a)\n > n", {"a"}, {"b"});
        onnx::NodeProto& constant = *function.add_node();
        constant.set_op_type("Constant");
        constant.add_output("no");
        onnx::AttributeProto& value = *constant.add_attribute();
        value.set_name("value");
        value.set_type(onnx::AttributeProto::TENSOR);
        value.mutable_t()->set_data_type(onnx::TensorProto::BOOL);
        value.mutable_t()->add_int32_data(0);
        onnx::NodeProto& branch = *function.add_node();
        branch.set_op_type("If");
        branch.add_input("no");
        branch.add_output("b");
        for (const char* arm : {"then_branch", "else_branch"}) {
            onnx::AttributeProto& body = *branch.add_attribute();
            body.set_name(arm);
            body.set_type(onnx::AttributeProto::GRAPH);
            onnx::NodeProto& node = *body.mutable_g()->add_node();
            node.set_op_type(arm == std::string("else_branch") ? "Relu" : "Sigmoid");
            node.add_input("n");
            node.add_output("t");
            body.mutable_g()->add_output()->set_name("t");
        }
        onnx::ModelProto plain = tests::onnx_model(network("own.act(c)"));
        add_function(plain, "act", "n = Neg(a)\n b = Relu(n)\n > b", {"a"}, {"b"});
        QCOMPARE(answers(model), answers(plain));
    }

    /// What is added to the file finds the tensors under the names that the reader gives.
    void wholeModelHoldsTheNodes()
    {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("m.onnx").toStdString();
        onnx::ModelProto model = tests::onnx_model(network("own.act(c)"));
        add_function(model, "act", "t = Neg(a)\n b = Relu(t)\n > b", {"a"}, {"b"});
        tests::write_onnx(path, model);
        const auto whole = read_whole_onnx(path);
        QVERIFY2(whole, whole ? "" : whole.error().message().c_str());
        onnx::ModelProto written;
        QVERIFY(written.ParseFromArray(whole->data(), static_cast<int>(whole->size())));
        QCOMPARE(written.functions_size(), 0);
        QVERIFY(tests::answers(open_model(*whole, path, {}), *tests::noise_images(4, 3, 8, 8)) == answers(model));
        const auto graph = read_onnx(path);
        QVERIFY(graph);
        for (const Node& node : graph->nodes)
            for (const ValueIndex output : node.outputs)
                QVERIFY(std::any_of(written.graph().node().begin(), written.graph().node().end(),
                                    [&](const auto& other) { return other.output(0) == graph->value(output).name; }));
        model.mutable_functions(0)->mutable_opset_import(0)->set_version(11);
        tests::write_onnx(path, model);
        QVERIFY(read_whole_onnx(path).error().detail.find("another version of the operators") != std::string::npos);
    }

    void recursionIsRefused()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.a(c)"));
        add_function(model, "a", "y = own.b(x)\n > y", {"x"}, {"y"});
        add_function(model, "b", "y = own.a(x)\n > y", {"x"}, {"y"});
        QVERIFY2(error_of(model).find("the function 'own.a' calls itself") != std::string::npos,
                 error_of(model).c_str());
    }

    /// Twenty functions that each call the next ten times.
    void explosionIsRefused()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.f0(c)"));
        for (int level = 0; level < 20; ++level) {
            std::string body = "t0 = Relu(a)\n";
            for (int call = 0; call < 10; ++call)
                body += "t" + std::to_string(call + 1) + " = own.f" + std::to_string(level + 1) + "(t" +
                        std::to_string(call) + ")\n";
            add_function(model, "f" + std::to_string(level), body + "> t10", {"a"}, {"t10"});
        }
        QVERIFY2(error_of(model).find("too large together") != std::string::npos, error_of(model).c_str());
    }

    void hugeAttributeManyTimesIsRefused()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.act(c)"));
        onnx::FunctionProto& function = add_function(model, "act", "b = Relu(a)\n > b", {"a"}, {"b"});
        for (int k = 0; k < 3000; ++k)
            refer(function, 0, "n" + std::to_string(k), "big");
        for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node())
            if (node.op_type() == "act") {
                onnx::AttributeProto& big = *node.add_attribute();
                big.set_name("big");
                big.set_type(onnx::AttributeProto::STRING);
                big.set_s(std::string(1 << 20, 'x'));
            }
        QVERIFY2(error_of(model).find("too large together") != std::string::npos, error_of(model).c_str());
    }

    void tooManyInputsAndTwins()
    {
        onnx::ModelProto model = tests::onnx_model(network("own.act(c, c)"));
        add_function(model, "act", "b = Relu(a)\n > b", {"a"}, {"b"});
        QVERIFY2(error_of(model).find("more inputs or outputs") != std::string::npos, error_of(model).c_str());
        add_function(model, "act", "b = Relu(a)\n > b", {"a"}, {"b"});
        QVERIFY2(error_of(model).find("two functions called 'own.act'") != std::string::npos, error_of(model).c_str());
    }
};

QTEST_GUILESS_MAIN(TestFunctions)
#include "tst_functions.moc"
