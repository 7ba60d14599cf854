#include "core/session/session_record.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "core/jose/sha256.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;

SessionRecord Full() {
  SessionRecord record;
  record.account = "alice";
  record.service = "sshd";
  record.token.issuer = "https://sso.example";
  record.token.subject = "f3a1";
  record.token.kid = "k1";
  record.token.issued_at = 1'800'000'000;
  record.token.jti_hash = Sha256Name("j-1").value();
  record.expires = {1'800'000'300};
  record.process = {4242, 123'456};
  return record;
}

/// Returns the text of Full() with `from` replaced.
std::string With(const std::string& from, const std::string& to) {
  std::string text = FormatSessionRecord(Full()).value();
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? "" : text.replace(at, from.size(), to);
}

TEST(SessionRecord, ReadsBack) {
  const Result<std::string> text = FormatSessionRecord(Full());
  ASSERT_TRUE(Accepted(text));
  EXPECT_EQ(
      text.value(),
      "{\"format\":1,\"account\":\"alice\",\"service\":\"sshd\",\"iss\":\"https://sso.example\","
      "\"sub\":\"f3a1\",\"jti\":\"" +
          Sha256Name("j-1").value() +
          "\",\"kid\":\"k1\",\"iat\":1800000000,\"exp\":1800000300,\"pid\":4242,"
          "\"start\":123456}");
  const Result<SessionRecord> record = ParseSessionRecord(text.value());
  ASSERT_TRUE(Accepted(record));
  EXPECT_EQ(record.value(), Full());
}

TEST(SessionRecord, MayBeWithoutWhatATokenMayBeWithout) {
  SessionRecord record = Full();
  record.token = {};
  record.token.issuer = "https://sso.example";
  const Result<std::string> text = FormatSessionRecord(record);
  ASSERT_TRUE(Accepted(text));
  EXPECT_EQ(ParseSessionRecord(text.value()).value(), record);
}

// sudo opens the session of root for the account that the token let in.
TEST(SessionRecord, HasAUserIfThatIsNotTheAccount) {
  SessionRecord record = Full();
  record.user = "root";
  const Result<std::string> text = FormatSessionRecord(record);
  ASSERT_TRUE(Accepted(text));
  EXPECT_NE(text.value().find(R"({"format":1,"account":"alice","user":"root","service":)"),
            std::string::npos)
      << text.value();
  EXPECT_EQ(ParseSessionRecord(text.value()).value(), record);
  EXPECT_EQ(ParseSessionRecord(FormatSessionRecord(Full()).value()).value().user, "");
  for (const char* const user : {"\"\"", "1", "null", "\"a\\nb\""}) {
    EXPECT_TRUE(RefusedFor(
        Reason::kInternal,
        ParseSessionRecord(With("\"service\"", std::string("\"user\":") + user + ",\"service\""))))
        << user;
  }
}

TEST(SessionRecord, HasTheHashOfTheJtiAndNoFraction) {
  SessionRecord record = Full();
  record.token.jti_hash.clear();
  record.token.jti = "j-1";
  record.token.issued_at = 1'800'000'000.75;
  const Result<std::string> text = FormatSessionRecord(record);
  ASSERT_TRUE(Accepted(text));
  EXPECT_EQ(ParseSessionRecord(text.value()).value(), Full());
}

TEST(SessionRecord, WriterRefusesWhatAReaderWouldRefuse) {
  const auto refuses = [](auto change) {
    SessionRecord record = Full();
    change(record);
    return RefusedFor(Reason::kInternal, FormatSessionRecord(record));
  };
  EXPECT_TRUE(refuses([](SessionRecord& r) { r.account = ""; }));
  EXPECT_TRUE(refuses([](SessionRecord& r) { r.account = "a\nb"; }));
  EXPECT_TRUE(refuses([](SessionRecord& r) { r.service = ""; }));
  EXPECT_TRUE(refuses([](SessionRecord& r) { r.token.issuer = ""; }));
  EXPECT_TRUE(refuses([](SessionRecord& r) { r.token.subject = "\xff"; }));
  EXPECT_TRUE(refuses([](SessionRecord& r) { r.token.subject.assign(kMaxDeniedBytes + 1, 'x'); }));
  EXPECT_TRUE(refuses([](SessionRecord& r) { r.expires = {kLastSecond.seconds + 1}; }));
  EXPECT_TRUE(refuses([](SessionRecord& r) { r.process.pid = 0; }));
  SessionRecord longest = Full();
  longest.token.subject.assign(kMaxDeniedBytes, 'x');
  EXPECT_TRUE(Accepted(FormatSessionRecord(longest)));
}

TEST(SessionRecord, ReaderRefusesWhatNoWriterWrites) {
  ASSERT_TRUE(Accepted(ParseSessionRecord(With("alice", "bob"))));
  for (const auto& [from, to] : {
           std::pair<std::string, std::string>{"\"format\":1", "\"format\":2"},
           {"\"format\":1,", ""},
           {"\"account\":\"alice\",", ""},
           {"\"account\":\"alice\"", "\"account\":1"},
           {"\"account\":\"alice\"", "\"account\":\"\""},
           {"\"iss\":\"https://sso.example\",", ""},
           {"\"sub\":\"f3a1\"", "\"sub\":null"},
           {"sha256:", "sha256:x"},
           {"\"iat\":1800000000", "\"iat\":-1"},
           {"\"iat\":1800000000", "\"iat\":1.5"},
           {"\"exp\":1800000300,", ""},
           {"\"exp\":1800000300", "\"exp\":253402300800"},
           {"\"pid\":4242", "\"pid\":0"},
           {"\"pid\":4242", "\"pid\":-1"},
           {"\"pid\":4242", "\"pid\":2147483648"},
           {"\"start\":123456", "\"start\":-1"},
           {"\"start\":123456", "\"start\":\"1\""},
           {"\"start\":123456", "\"start\":1,\"more\":1"},
           {"\"sub\":\"f3a1\"", "\"sub\":\"a\",\"sub\":\"b\""},
           {"}", "} "},
           {"}", ""},
       }) {
    const bool is_blank_behind = to == "} ";
    EXPECT_EQ(ParseSessionRecord(With(from, to)).ok(), is_blank_behind) << from << " -> " << to;
  }
  EXPECT_TRUE(RefusedFor(Reason::kInternal, ParseSessionRecord("")));
  EXPECT_TRUE(
      RefusedFor(Reason::kInternal, ParseSessionRecord(With("{", "{" + std::string(40'000, ' ')))));
}

}  // namespace
}  // namespace pamjwt
