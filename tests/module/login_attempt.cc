#include "module/login_attempt.h"

#include <pwd.h>
#include <time.h>
#include <unistd.h>

#include <stdexcept>

#include "core/json/json.h"
#include "core/keys/key_file.h"
#include "core/login/pam_code.h"
#include "support/verify_token.h"

namespace pamjwt::test {
namespace {

/// Returns the kid that the key for `algorithm` has in the JWK Set of the issuer "test".
std::string Kid(Algorithm algorithm) {
  switch (Info(algorithm).key_type) {
    case KeyType::kRsa:
      return "rsa";
    case KeyType::kP256:
      return "p256";
    case KeyType::kP384:
      return "p384";
    case KeyType::kP521:
      return "p521";
    case KeyType::kEd25519:
      return "ed25519";
    case KeyType::kSecret:
      break;
  }
  return "";
}

std::map<std::string, const TestKey*> KeysOfIssuer() {
  std::map<std::string, const TestKey*> keys;
  for (const Algorithm algorithm : {Algorithm::kRs256, Algorithm::kEs256, Algorithm::kEs384,
                                    Algorithm::kEs512, Algorithm::kEdDsa}) {
    keys[Kid(algorithm)] = &TestKey::For(algorithm);
  }
  return keys;
}

std::string KeySet() {
  std::vector<std::string> keys;
  for (const auto& [kid, key] : KeysOfIssuer()) {
    keys.push_back(key->PublicJwk(kid));
  }
  return JwkSetText(keys);
}

/// Puts the path of the sandbox in the place of "@".
std::string FillInPath(std::string text, const Sandbox& sandbox) {
  constexpr std::string_view kMark = "\"@/";
  for (std::size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark)) {
    text.replace(at + 1, 1, sandbox.Path());
  }
  return text;
}

std::string ConfigText(const LoginAttempt& attempt) {
  return "[login]\n" + attempt.login.ToToml() + "[issuer.test]\n" + attempt.issuer.ToToml() +
         attempt.tables + "[issuer.secret]\n" + attempt.secret_issuer.ToToml() + "[keys]\n" +
         attempt.keys.ToToml() + "[session]\n" + attempt.session.ToToml();
}

std::string DefaultStack(const Sandbox& sandbox, const std::string& options) {
  const std::string denylist = "denylist=" + sandbox.Path("denied.jsonl");
  const std::string files = "config=" + sandbox.Path("pam_jwt.toml") + " " + denylist;
  return JwtLine("auth", "required", files + " " + options) + ProbeLine("auth", "optional", "see") +
         JwtLine("account", "required", denylist) + JwtLine("session", "required", files) +
         JwtLine("password", "required");
}

}  // namespace

const std::string& OwnAccount() {
  static const std::string name = [] {
    const passwd* const entry = getpwuid(getuid());
    if (entry == nullptr) throw std::runtime_error("the user who runs the test has no account");
    return std::string(entry->pw_name);
  }();
  return name;
}

LoginAttempt::LoginAttempt()
    : login({{"min_uid", "0"}, {"refusal_delay", "\"0s\""}}),
      keys({{"file", "\"@/keys.jsonl\""},
            {"public_socket", "\"@/public\""},
            {"redeem_socket", "\"@/redeem\""}}),
      issuer({{"url", QuoteJson(kIssuerUrl)},
              {"audiences", "[" + QuoteJson(kAudience) + "]"},
              {"jwks_file", "\"@/keys.json\""}}),
      secret_issuer({{"url", QuoteJson(kSecretIssuerUrl)},
                     {"audiences", "[" + QuoteJson(kAudience) + "]"},
                     {"algorithms", R"(["HS256", "HS384", "HS512"])"},
                     {"secret_file", "\"@/secret\""}}),
      header({{"typ", "\"JWT\""}}),
      claims({{"iss", QuoteJson(kIssuerUrl)},
              {"sub", QuoteJson(OwnAccount())},
              {"aud", QuoteJson(kAudience)}}),
      user(OwnAccount()) {
  SignBy(Algorithm::kEs256);
  SetDate("iat", -10);
  SetDate("exp", 300);
}

void LoginAttempt::SignBy(Algorithm by) {
  algorithm = by;
  key = &TestKey::For(by);
  header.Set("alg", QuoteJson(Info(by).name));
  if (Info(by).scheme == Scheme::kHmac) {
    header.Remove("kid");
    claims.Set("iss", QuoteJson(kSecretIssuerUrl));
  } else {
    header.Set("kid", QuoteJson(Kid(by)));
    claims.Set("iss", QuoteJson(kIssuerUrl));
  }
}

void LoginAttempt::SetDate(std::string_view claim, long from_now) {
  claims.Set(claim, std::to_string(time(nullptr) + from_now));
}

std::string LoginAttempt::Token() const {
  const std::string token = SignToken(*key, algorithm, header.ToJson(), claims.ToJson());
  return forge ? forge(token) : token;
}

std::string KeyFileText(const std::map<std::string, const TestKey*>& keys, long seconds_ago) {
  const UnixTime fetched{time(nullptr) - seconds_ago};
  IssuerKeys issuer{std::string(kIssuerUrl), fetched, fetched, {}};
  for (const auto& [kid, key] : keys) {
    issuer.keys.push_back(PublicKey(*key, {kid, "", ""}));
  }
  return FormatKeyFile({issuer}).value();
}

void LetFetch(LoginAttempt& attempt, long seconds_ago) {
  attempt.issuer.Remove("jwks_file");
  attempt.files["keys.jsonl"] = KeyFileText(KeysOfIssuer(), seconds_ago);
}

std::string LoginOutcome::Audit() const {
  std::string found;
  for (const LogLine& line : log) {
    const std::size_t end = line.text.find("): ");
    if (!line.text.starts_with("pam_jwt(") || end == std::string::npos) continue;
    // libpam also logs in the module's name, for example when the conversation fails.
    const std::string text = line.text.substr(end + 3);
    if (text.find(" reason=") == std::string::npos) continue;
    if (!found.empty()) return "";
    found = text;
  }
  return found;
}

std::optional<Reason> LoginOutcome::FindReason() const {
  const std::string audit = Audit() + " ";
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (audit.find(" reason=" + std::string(Id(reason)) + " ") != std::string::npos) return reason;
  }
  return std::nullopt;
}

void Install(const Sandbox& sandbox, const LoginAttempt& attempt) {
  sandbox.Write("pam_jwt.toml", FillInPath(ConfigText(attempt), sandbox));
  sandbox.Write("keys.json", KeySet());
  sandbox.Write("secret", TestKey::Secret().secret(), 0600);
  for (const auto& [name, text] : attempt.files) {
    sandbox.Write(name, text, 0600);
  }
  sandbox.WriteStack(attempt.service, DefaultStack(sandbox, attempt.options));
}

LoginOutcome LogIn(const Sandbox& sandbox, const LoginAttempt& attempt) {
  return LogIn(sandbox, attempt, {attempt.Token(), "", "", ""});
}

LoginOutcome LogIn(const Sandbox& sandbox, const LoginAttempt& attempt,
                   std::vector<Answer> answers) {
  Install(sandbox, attempt);
  return LogInAgain(sandbox, attempt, std::move(answers));
}

LoginOutcome LogInAgain(const Sandbox& sandbox, const LoginAttempt& attempt,
                        std::vector<Answer> answers) {
  ClearLog();
  PamSession session(sandbox, attempt.service, attempt.user);
  session.Prepare(std::move(answers));
  if (!attempt.remote_host.empty()) session.SetItem(PAM_RHOST, attempt.remote_host.c_str());
  LoginOutcome outcome;
  outcome.code = session.Authenticate(attempt.flags);
  outcome.prompts = session.Prompts();
  outcome.told = session.Told();
  outcome.log = Log();
  outcome.authtok = session.Variable("AUTHTOK");
  return outcome;
}

testing::AssertionResult EndsIn(Reason reason, const LoginOutcome& outcome) {
  // A map file is read only after the signature was verified, and the code must not tell that.
  const bool is_hidden = reason == Reason::kMapUnusable;
  const int code = ToPamCode(is_hidden ? Reason::kSignature : reason).number;
  if (outcome.code == code && outcome.FindReason() == reason) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure()
         << "returned " << ShowPamCode(outcome.code) << ", logged \"" << outcome.Audit()
         << "\" among " << outcome.log.size() << " lines";
}

}  // namespace pamjwt::test
