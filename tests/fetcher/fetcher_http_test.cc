// The whole way: a server that misbehaves, libcurl, Fetcher, and the key file.
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "fetcher/http_case.h"
#include "jwks-fetcher/fetch/fetcher.h"
#include "jwks-fetcher/fetch/key_store.h"
#include "support/config_text.h"
#include "support/fake_clock.h"
#include "support/token_builder.h"

namespace pamjwt::fetcher {
namespace {

using test::Connection;
using test::LoopbackServer;
using test::ServerRequest;
using test::TestKey;

std::string Quoted(const std::string& text) {
  return "\"" + text + "\"";
}

std::string GoodKeys() {
  return test::JwkSetText({TestKey::P256().PublicJwk("good")});
}

/// An issuer whose answers a test may replace, one by one.
class FakeIssuer {
 public:
  explicit FakeIssuer(const test::TestCa& ca)
      : server_(ca.MakeServer(), [this](Connection& connection, const ServerRequest& request) {
          Answer(connection, request);
        }) {}

  [[nodiscard]] std::string url() const { return server_.Url(""); }
  [[nodiscard]] const LoopbackServer& server() const { return server_; }

  // A test may set these before the first fetch, and then between two fetches.
  std::string issuer;    // empty: the url of this issuer
  std::string jwks_uri;  // empty: the path /jwks of this issuer
  std::string keys = GoodKeys();
  std::string fields;  // header fields of the answer with the keys
  std::string token;   // not empty: the bearer token without which there is no answer
  int status = 200;

 private:
  void Answer(Connection& connection, const ServerRequest& request) {
    const auto shown = request.fields.find("authorization");
    const bool knows = shown != request.fields.end() && shown->second == "Bearer " + token;
    if (!token.empty() && !knows) {
      connection.Respond(401, "", "");
      return;
    }
    if (request.path != "/.well-known/openid-configuration") {
      connection.Respond(status, fields, keys);
      return;
    }
    connection.Respond(200, "",
                       "{\"issuer\":" + Quoted(issuer.empty() ? url() : issuer) + ",\"jwks_uri\":" +
                           Quoted(jwks_uri.empty() ? server_.Url("/jwks") : jwks_uri) + "}");
  }

  LoopbackServer server_;
};

class FetcherHttpTest : public http::HttpCase {
 protected:
  [[nodiscard]] std::string ConfigFor(const std::string& url, const std::string& more = "") const {
    return "[issuer.a]\nurl = " + Quoted(url) + "\nca_file = " + Quoted(ca_file_) +
           "\naudiences = [\"x\"]\n" + more;
  }

  /// Runs until every issuer was tried and the file is written.
  void FetchAll() {
    do {
      fetcher_.Run();
      if (fetcher_.AllTried() && http_->idle()) return;
    } while (http_->Wait({}, 20'000).ok());
  }

  void Fetch(const FakeIssuer& issuer) {
    fetcher_.Configure(test::ConfigOf(ConfigFor(issuer.url())));
    FetchAll();
  }

  /// Moves the clock to the time when the next fetch is due, and runs it.
  void FetchAgain() {
    clock_.Advance(fetcher_.NextWake().ms - clock_.now().mono.ms);
    FetchAll();
  }

  [[nodiscard]] std::string Error() const { return fetcher_.IssuerStatuses().at(0).error; }
  [[nodiscard]] std::size_t KeysInFile() const {
    std::ifstream file(store_->path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.empty()) return 0;
    const std::vector<IssuerKeys> issuers = ParseKeyFile(text).value();
    return issuers.empty() ? 0 : issuers[0].keys.size();
  }

  FakeIssuer issuer_{ca_};
  test::FakeClock clock_;
  std::unique_ptr<KeyStore> store_ = KeyStore::Open(directory_.Path("keys.jsonl")).value();
  Fetcher fetcher_{*http_, *store_, clock_.Reader()};
};

TEST_F(FetcherHttpTest, GetsFromAnIssuerToTheFile) {
  Fetch(issuer_);
  EXPECT_EQ(Error(), "");
  EXPECT_EQ(KeysInFile(), 1U);
}

TEST_F(FetcherHttpTest, ShowsTheBearerTokenOfTheMomentForMetadataAndKeys) {
  issuer_.token = "first";
  Fetch(issuer_);
  EXPECT_TRUE(
      Error().ends_with("HTTP 401: if the server wants a bearer token, give "
                        "bearer_token_file"))
      << Error();
  const std::string file = directory_.Write("token", "first\n", 0640);
  const std::string option = "bearer_token_file = " + Quoted(file) + "\n";
  fetcher_.Configure(test::ConfigOf(ConfigFor(issuer_.url(), option)));
  FetchAll();
  EXPECT_EQ(Error(), "");
  EXPECT_EQ(KeysInFile(), 1U);
  issuer_.token = "second";
  FetchAgain();
  EXPECT_TRUE(Error().ends_with("does not accept the token in " + file)) << Error();
  directory_.Write("token", "second\n", 0640);
  FetchAgain();
  EXPECT_EQ(Error(), "");
}

TEST_F(FetcherHttpTest, AsksOnceForWhatHasNotChanged) {
  issuer_.fields = "ETag: \"1\"\r\n";
  Fetch(issuer_);
  issuer_.status = 304;
  issuer_.keys = "";
  FetchAgain();
  EXPECT_EQ(Error(), "");
  EXPECT_EQ(issuer_.server().requests().back().fields.at("if-none-match"), "\"1\"");
  EXPECT_EQ(fetcher_.IssuerStatuses().at(0).fetched, clock_.now().wall);
}

TEST_F(FetcherHttpTest, RefusesNotModifiedIfItSentNoCondition) {
  issuer_.status = 304;
  issuer_.keys = "";
  Fetch(issuer_);
  EXPECT_NE(Error().find("not asked for"), std::string::npos);
  EXPECT_EQ(KeysInFile(), 0U);
}

TEST_F(FetcherHttpTest, RefusesALyingIssuer) {
  issuer_.issuer = "https://evil.example";
  Fetch(issuer_);
  EXPECT_NE(Error().find("its issuer is \"https://evil.example\""), std::string::npos);
  EXPECT_EQ(issuer_.server().requests().size(), 1U);
}

TEST_F(FetcherHttpTest, FetchesFromThisHostForNoIssuerElsewhere) {
  const LoopbackServer victim(ca_.MakeServer(), http::RespondWell);
  for (const char* const host : {"127.0.0.1", "localhost"}) {
    issuer_.jwks_uri = victim.Url("/jwks", host);
    Fetch(issuer_);
    EXPECT_NE(Error().find("is on this host"), std::string::npos) << Error();
    fetcher_.Configure(Config());
  }
  issuer_.jwks_uri = victim.Url("/jwks", "other.test");  // a name that leads here
  Fetch(issuer_);
  EXPECT_NE(Error().find("has the address 127.0.0.1"), std::string::npos) << Error();
  EXPECT_EQ(victim.connections(), 0);
}

// The twin of the test above: here the administrator named this host.
TEST_F(FetcherHttpTest, FetchesFromThisHostForAnIssuerOnIt) {
  const LoopbackServer keys(ca_.MakeServer(), [](Connection& connection, const ServerRequest&) {
    connection.Respond(200, "", GoodKeys());
  });
  issuer_.jwks_uri = keys.Url("/jwks", "other.test");
  issuer_.issuer = issuer_.server().Url("", "127.0.0.1");
  fetcher_.Configure(test::ConfigOf(ConfigFor(issuer_.issuer)));
  FetchAll();
  EXPECT_EQ(Error(), "");
  EXPECT_EQ(KeysInFile(), 1U);
}

TEST_F(FetcherHttpTest, KeepsItsKeysAfterEachKindOfFailure) {
  Fetch(issuer_);
  const std::string key = TestKey::P256().PublicJwk("many");
  std::string many = "{\"keys\":[{}";
  for (int i = 1; i < 100'000; ++i) many += ",{}";
  many += "]}";
  const std::string deep = "{\"keys\":" + std::string(500'000, '[');
  for (const std::string& keys :
       {std::string("<html>Sign in</html>"), many, deep, test::JwkSetText({}),
        test::JwkSetText(std::vector<std::string>(5'000, key)), GoodKeys().substr(1)}) {
    issuer_.keys = keys;
    FetchAgain();
    EXPECT_NE(Error(), "") << keys.substr(0, 100);
    EXPECT_EQ(KeysInFile(), 1U);
  }
  issuer_.keys = test::JwkSetText({key, TestKey::Ed25519().PublicJwk("b")});
  FetchAgain();
  EXPECT_EQ(Error(), "");
  EXPECT_EQ(KeysInFile(), 2U);
}

TEST_F(FetcherHttpTest, KeepsItsKeysWhenTheServerFailsWithGoodOnes) {
  Fetch(issuer_);
  issuer_.status = 503;
  issuer_.keys =
      test::JwkSetText({TestKey::P256().PublicJwk("x"), TestKey::Ed25519().PublicJwk("y")});
  FetchAgain();
  EXPECT_NE(Error().find("HTTP 503"), std::string::npos);
  EXPECT_EQ(KeysInFile(), 1U);
}

TEST_F(FetcherHttpTest, FetchesOthersWhileOneHangs) {
  const LoopbackServer hanging(
      ca_.MakeServer(), [](Connection& connection, const ServerRequest&) { connection.Hang(); });
  std::string config = ConfigFor(issuer_.url());
  config += "[issuer.b]\nurl = " + Quoted(hanging.Url("")) + "\nca_file = " + Quoted(ca_file_) +
            "\naudiences = [\"x\"]\ntimeout = \"1m\"\n";
  fetcher_.Configure(test::ConfigOf(config));
  fetcher_.Run();
  while (fetcher_.IssuerStatuses().at(0).keys == 0 && http_->Wait({}, 20'000).ok()) fetcher_.Run();
  EXPECT_EQ(fetcher_.IssuerStatuses().at(0).keys, 1U);
  EXPECT_FALSE(fetcher_.AllTried());
}

}  // namespace
}  // namespace pamjwt::fetcher
