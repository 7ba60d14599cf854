#include "io/varlink.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

using namespace std::string_view_literals;
using test::Accepted;
using test::RefusedFor;
using Messages = std::vector<std::string>;

Messages All(VarlinkReader& reader) {
  Messages messages;
  while (std::optional<std::string> message = reader.Next()) {
    messages.push_back(std::move(*message));
  }
  return messages;
}

TEST(VarlinkReader, CutsAStreamIntoMessages) {
  VarlinkReader reader;
  EXPECT_TRUE(reader.empty());
  ASSERT_TRUE(Accepted(reader.Append("{}\0{\"a\":1}\0{\"b"sv)));
  EXPECT_EQ(All(reader), (Messages{"{}", "{\"a\":1}"}));
  EXPECT_FALSE(reader.empty());
  ASSERT_TRUE(Accepted(reader.Append("\":2}"sv)));
  EXPECT_EQ(All(reader), Messages());
  ASSERT_TRUE(Accepted(reader.Append("\0"sv)));
  EXPECT_FALSE(reader.empty());
  EXPECT_EQ(All(reader), Messages{"{\"b\":2}"});
  EXPECT_TRUE(reader.empty());
}

TEST(VarlinkReader, CutsAlikeHoweverTheBytesCome) {
  const std::string_view stream = "first\0second\0x\0last\0"sv;
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    VarlinkReader reader;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      ASSERT_TRUE(Accepted(reader.Append(stream.substr(at, piece))));
    }
    EXPECT_EQ(All(reader), (Messages{"first", "second", "x", "last"})) << piece;
  }
}

TEST(VarlinkReader, RefusesOneByteMoreThanTheBound) {
  for (const std::size_t piece : {1U, 3U, 100U}) {
    const auto append = [&](std::string_view text) {
      VarlinkReader reader(8);
      Status status = Ok();
      for (std::size_t at = 0; at < text.size() && status.ok(); at += piece) {
        status = reader.Append(text.substr(at, piece));
      }
      return status;
    };
    EXPECT_TRUE(Accepted(append("12345678\0"sv)));
    EXPECT_TRUE(
        Accepted(append("12345678\0"sv
                        "12345678\0"sv)));
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, append("123456789\0"sv)));
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, append("123456789"sv)));
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, append("1\0"sv
                                                      "123456789"sv)));
  }
}

TEST(VarlinkReader, TakesAtMost8192BytesUnlessToldOtherwise) {
  VarlinkReader least;
  EXPECT_TRUE(Accepted(least.Append(std::string(8192, 'x'))));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, least.Append("x")));
  VarlinkReader more(100'000);
  EXPECT_TRUE(Accepted(more.Append(std::string(100'000, 'x'))));
}

TEST(VarlinkReader, RefusesAnEmptyMessage) {
  VarlinkReader reader;
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, reader.Append("\0"sv)));
  VarlinkReader second;
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, second.Append("{}\0\0"sv)));
}

TEST(ParseVarlinkCall, ReadsBackWhatWasWritten) {
  const VarlinkCall call{"io.example.Method",
                         Json(JsonObject{{"text", Json(std::string("\"\n\xC3\xA4"))}}), true};
  std::string message = FormatVarlinkCall(call);
  ASSERT_TRUE(message.ends_with('\0'));
  message.pop_back();
  const Result<VarlinkCall> read = ParseVarlinkCall(message);
  ASSERT_TRUE(Accepted(read));
  EXPECT_EQ(read.value().method, call.method);
  EXPECT_EQ(ToJsonText(read.value().parameters), ToJsonText(call.parameters));
  EXPECT_TRUE(read.value().oneway);
}

TEST(FormatVarlinkCall, WritesWhatTheProtocolWants) {
  EXPECT_EQ(FormatVarlinkCall({"a.b.C", Json(), false}),
            "{\"method\":\"a.b.C\",\"parameters\":{}}\0"sv);
  EXPECT_EQ(FormatVarlinkCall({"a.b.C", Json(), true}),
            "{\"method\":\"a.b.C\",\"oneway\":true,\"parameters\":{}}\0"sv);
  EXPECT_EQ(FormatVarlinkReply({"", Json(JsonObject{{"n", Json(true)}})}),
            "{\"parameters\":{\"n\":true}}\0"sv);
  EXPECT_EQ(FormatVarlinkReply({"a.b.Failed", Json()}),
            "{\"error\":\"a.b.Failed\",\"parameters\":{}}\0"sv);
}

struct MessageCase {
  const char* name;
  const char* text;
  bool is_call;
};

constexpr MessageCase kCalls[] = {
    {"MethodAlone", R"({"method":"a.B"})", true},
    {"WithNullParameters", R"({"method":"a.B","parameters":null})", true},
    {"WithBlanks", R"( { "method" : "a.B" } )", true},
    {"WithMembersThatAreNotKnown", R"({"method":"a.B","more":true,"upgrade":1})", true},
    {"WithoutAMethod", R"({"parameters":{}})", false},
    {"WithAnEmptyMethod", R"({"method":""})", false},
    {"WithAMethodThatIsNoText", R"({"method":1})", false},
    {"WithParametersInAList", R"({"method":"a.B","parameters":[]})", false},
    {"WithOnewayAsText", R"({"method":"a.B","oneway":"true"})", false},
    {"WithAMethodGivenTwice", R"({"method":"a.B","method":"a.B"})", false},
    {"NoObject", R"(["method"])", false},
    {"NoJson", "GET / HTTP/1.1", false},
    {"WithMoreBehind", R"({"method":"a.B"}{})", false},
};

class VarlinkCallTest : public testing::TestWithParam<MessageCase> {};

TEST_P(VarlinkCallTest, TakesOrRefusesTheCall) {
  const Result<VarlinkCall> call = ParseVarlinkCall(GetParam().text);
  if (!GetParam().is_call) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, call));
    return;
  }
  ASSERT_TRUE(Accepted(call));
  EXPECT_EQ(call.value().method, "a.B");
  EXPECT_EQ(ToJsonText(call.value().parameters), "{}");
  EXPECT_FALSE(call.value().oneway);
}

INSTANTIATE_TEST_SUITE_P(ParseVarlinkCall, VarlinkCallTest, testing::ValuesIn(kCalls),
                         test::kCaseName);

TEST(ParseVarlinkReply, TellsErrorsFromParameters) {
  const Result<VarlinkReply> good =
      ParseVarlinkReply(R"({"parameters":{"n":1},"continues":false})");
  ASSERT_TRUE(Accepted(good));
  EXPECT_EQ(good.value().error, "");
  EXPECT_EQ(ToJsonText(good.value().parameters), R"({"n":1})");
  const Result<VarlinkReply> failed = ParseVarlinkReply(R"({"error":"a.Failed"})");
  ASSERT_TRUE(Accepted(failed));
  EXPECT_EQ(failed.value().error, "a.Failed");
  EXPECT_EQ(ToJsonText(failed.value().parameters), "{}");
}

TEST(ParseVarlinkReply, RefusesATextThatIsNoReply) {
  EXPECT_TRUE(Accepted(ParseVarlinkReply("{}")));
  for (const char* const text : {"", "null", "[]", R"({"error":1})", R"({"parameters":1})", "{"}) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseVarlinkReply(text))) << text;
  }
}

// The reader bounds a message; nothing bounds it a second time.
TEST(ParseVarlinkReply, TakesALongReply) {
  const std::string text = R"({"parameters":{"x":")" + std::string(200'000, 'x') + "\"}}";
  EXPECT_TRUE(Accepted(ParseVarlinkReply(text)));
}

}  // namespace
}  // namespace pamjwt
