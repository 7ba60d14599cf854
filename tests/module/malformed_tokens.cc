#include "module/malformed_tokens.h"

#include <random>

#include "core/json/json.h"
#include "module/login_attempt.h"

namespace pamjwt::test {
namespace {

using Tokens = std::vector<std::string>;

/// Returns a good attempt for PostgreSQL, whose prompts never ask for another part.
LoginAttempt Good() {
  return {};
}

std::string Signed(const std::string& header, const std::string& claims) {
  return SignToken(TestKey::P256(), Algorithm::kEs256, header, claims);
}

std::string WithHeader(const std::string& header) {
  return Signed(header, Good().claims.ToJson());
}

std::string WithClaims(const std::string& claims) {
  return Signed(Good().header.ToJson(), claims);
}

std::string Repeat(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

/// Returns the members as JSON without the braces.
std::string Inside(const Members& members) {
  const std::string object = members.ToJson();
  return object.substr(1, object.size() - 2);
}

Tokens FlippedBits() {
  const std::string good = Good().Token();
  Tokens tokens;
  for (std::size_t bit = 0; bit < good.size() * 8; bit += 3) {
    std::string token = good;
    token[bit / 8] = static_cast<char>(token[bit / 8] ^ (1 << (bit % 8)));
    if (token[bit / 8] != '\0') tokens.push_back(token);
  }
  return tokens;
}

Tokens Cuts() {
  const std::string good = Good().Token();
  Tokens tokens;
  for (std::size_t size = 128; size < good.size(); size += 5) {
    tokens.push_back(good.substr(0, size));
    tokens.push_back(good.substr(good.size() - size));
    tokens.push_back(good.substr(0, size / 2) + good.substr(good.size() - size / 2));
  }
  return tokens;
}

Tokens Dots() {
  const std::string good = Good().Token();
  Tokens tokens = {"." + good,
                   good + ".",
                   std::string(200, '.'),
                   good + "." + good,
                   std::string(16384, '.'),
                   std::string(16000, 'A') + "." + "." + "A",
                   ".." + std::string(200, 'A')};
  for (std::size_t at = 1; at < good.size(); at += 7) {
    tokens.push_back(std::string(good).insert(at, "."));
  }
  for (const std::size_t dot : {good.find('.'), good.rfind('.')}) {
    tokens.push_back(std::string(good).erase(dot, 1));
    tokens.push_back(std::string(good).insert(dot, "."));
    tokens.push_back(std::string(good).insert(dot, Repeat(5000, "A.")));
  }
  return tokens;
}

Tokens ForeignCharacters() {
  const std::string good = Good().Token();
  Tokens tokens;
  for (const char* const text : {"=", "==", "+", "/", " ", "\t", "\n", "\r\n", "%2e", "\x01",
                                 "\x7f", "\xff", "\xc3\xa4", "~"}) {
    tokens.push_back(text + good);
    tokens.push_back(good + text);
    for (std::size_t at = 1; at < good.size(); at += 41) {
      tokens.push_back(std::string(good).insert(at, text));
    }
  }
  return tokens;
}

Tokens RandomEdits() {
  const std::string good = Good().Token();
  std::mt19937 random(20260101);
  const auto below = [&](std::size_t end) { return random() % end; };
  Tokens tokens;
  while (tokens.size() < 500) {
    std::string token = good;
    for (std::size_t edits = 1 + below(8); edits > 0; --edits) {
      const auto c = static_cast<char>(1 + below(255));
      const std::size_t at = below(token.size());
      switch (below(4)) {
        case 0:
          token[at] = c;
          break;
        case 1:
          token.insert(at, 1 + below(20), c);
          break;
        case 2:
          token.erase(at, 1 + below(20));
          break;
        default:
          token.insert(at, token.substr(below(token.size()), below(60)));
      }
    }
    if (token.size() >= 128 && token != good) tokens.push_back(token);
  }
  return tokens;
}

constexpr const char* kNotStrings[] = {"null", "true", "0",          "-1.5",
                                       "[]",   "{}",   R"(["JWT"])", R"({"a":{"b":[1]}})"};

Tokens HeadersOfWrongTypes() {
  Tokens tokens;
  for (const char* const name : {"alg", "typ", "kid", "cty"}) {
    for (const char* const value : kNotStrings) {
      tokens.push_back(WithHeader(Good().header.Set(name, value).ToJson()));
    }
  }
  for (const char* const name : {"crit", "b64", "zip", "enc"}) {
    for (const char* const value : {"null", "true", "[]", "\"\"", "{}", "1"}) {
      tokens.push_back(WithHeader(Good().header.Set(name, value).ToJson()));
    }
  }
  for (const char* const alg : {"", "none", "None", "NONE", "nOnE", "es256", "ES256 ", "ES256K",
                                "RS256", "HS256", "ES384", "\\u0045S256x", "PS256", "EdDSA"}) {
    tokens.push_back(WithHeader(Good().header.Set("alg", std::string("\"") + alg + "\"").ToJson()));
  }
  return tokens;
}

/// Returns tokens with wrong types in the claims that are read of every token.
Tokens ClaimsOfWrongTypes() {
  Tokens tokens;
  for (const char* const name : {"iss", "sub"}) {
    for (const char* const value : kNotStrings) {
      tokens.push_back(WithClaims(Good().claims.Set(name, value).ToJson()));
    }
  }
  for (const char* const value : {"null", "true", "1", "{}", "[]", "[1]", "[null]", "\"\"",
                                  R"(["ssh://host.example", 1])", R"([["ssh://host.example"]])"}) {
    tokens.push_back(WithClaims(Good().claims.Set("aud", value).ToJson()));
  }
  for (const char* const value :
       {"null", "true", "\"\"", "\"9999999999\"", "[]", "[9999999999]", "{}"}) {
    tokens.push_back(WithClaims(Good().claims.Set("exp", value).ToJson()));
    tokens.push_back(WithClaims(Good().claims.Set("iat", value).ToJson()));
    if (std::string_view(value) != "null") {
      tokens.push_back(WithClaims(Good().claims.Set("nbf", value).ToJson()));
    }
  }
  return tokens;
}

Tokens ExtremeNumbers() {
  Tokens tokens;
  for (const char* const value : {"0", "-0", "-1", "-9223372036854775808", "-9223372036854775809",
                                  "-1e308", "1e-308", "-0.0", "4e-324"}) {
    tokens.push_back(WithClaims(Good().claims.Set("exp", value).ToJson()));
    tokens.push_back(WithClaims(Good().claims.Set("iat", value).ToJson()));
  }
  for (const char* const value :
       {"9223372036854775807", "9223372036854775808", "18446744073709551615",
        "18446744073709551616", "1e308", "99999999999999999999999999999999"}) {
    for (const char* const name : {"exp", "iat", "nbf", "auth_time"}) {
      tokens.push_back(WithClaims(Good().claims.Set(name, value).ToJson()));
    }
  }
  for (const char* const no_number :
       {"1e999", "-1e999", "NaN", "Infinity", "0x7fffffff", "01", "1.", ".1", "+1"}) {
    for (const char* const name : {"exp", "iat", "nbf", "auth_time"}) {
      tokens.push_back(WithClaims(Good().claims.Set(name, no_number).ToJson()));
    }
  }
  for (const std::size_t digits : {400U, 5000U, 11000U}) {
    tokens.push_back(WithClaims(Good().claims.Set("x", std::string(digits, '9')).ToJson()));
    tokens.push_back(WithClaims(Good().claims.Set("x", "1e" + std::string(digits, '9')).ToJson()));
  }
  return tokens;
}

Tokens NoObjects() {
  Tokens tokens;
  const std::string filler(200, ' ');
  for (const char* const text : {"",
                                 "null",
                                 "true",
                                 "1",
                                 "\"text\"",
                                 "[]",
                                 "[{}]",
                                 "{",
                                 "}",
                                 "{}{}",
                                 "{},",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "{'a':1}",
                                 "/**/{}",
                                 "{\"a\":\"\n\"}",
                                 "{\"a\":\"\\x\"}",
                                 "{\"a\":\"\\u12\"}",
                                 "{\"a\":tru}",
                                 "\xef\xbb\xbf{}"}) {
    tokens.push_back(WithHeader(text + filler));
    tokens.push_back(WithClaims(text + filler));
  }
  const std::string header = Good().header.ToJson();
  const std::string claims = Good().claims.ToJson();
  for (const char* const text : {"x", "{}", ",", "]", "}", "\xef\xbb\xbf"}) {
    tokens.push_back(WithHeader(header + text));
    tokens.push_back(WithClaims(claims + text));
    tokens.push_back(WithHeader(text + header));
    tokens.push_back(WithClaims(text + claims));
  }
  const std::string nul(1, '\0');
  for (const std::string& end : {nul, nul + "x", nul + "{}"}) {
    tokens.push_back(WithHeader(header + end));
    tokens.push_back(WithClaims(claims + end));
  }
  return tokens;
}

Tokens DeepNesting() {
  Tokens tokens;
  for (const std::size_t depth : {33U, 64U, 500U, 1500U}) {
    for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
      const std::string closed =
          Repeat(depth, open) + (*open == '{' ? "1" : "") + Repeat(depth, close);
      for (const std::string& value : {closed, Repeat(depth, open)}) {
        tokens.push_back(WithHeader(Good().header.Set("x", value).ToJson()));
        tokens.push_back(WithClaims(Good().claims.Set("x", value).ToJson()));
      }
    }
  }
  tokens.push_back(WithClaims(Repeat(11000, "[")));
  tokens.push_back(WithHeader(Repeat(2000, "{\"a\":")));
  return tokens;
}

Tokens RepeatedMembers() {
  const std::string header = Inside(Good().header);
  const std::string claims = Inside(Good().claims);
  Tokens tokens;
  for (const char* const more :
       {R"("alg":"ES256")", R"("alg":"none")", R"("\u0061lg":"ES256")", R"("x":1,"x":2)",
        R"("x":{"y":1,"y":1})", R"("kid":"p256")", R"("typ":"JWT")", R"("":1,"":1)"}) {
    tokens.push_back(WithHeader("{" + header + "," + more + "}"));
    tokens.push_back(WithHeader("{" + std::string(more) + "," + header + "}"));
  }
  for (const char* const more :
       {R"("sub":"root")", R"("iss":"https://issuer.example")", R"("exp":9999999999)",
        R"("aud":"x")", R"("\u0073ub":"root")", R"("x":1,"x":2)", R"("x":[{"y":1,"y":1}])",
        R"("i\u0073s":"https://issuer.example")"}) {
    tokens.push_back(WithClaims("{" + claims + "," + more + "}"));
    tokens.push_back(WithClaims("{" + std::string(more) + "," + claims + "}"));
  }
  return tokens;
}

Tokens DamagedUtf8() {
  Tokens tokens;
  for (const char* const text : {"\x80",
                                 "\xbf",
                                 "\xc0\x80",
                                 "\xc1\xbf",
                                 "\xc3",
                                 "\xc3\x28",
                                 "\xe0\x80\x80",
                                 "\xe2\x28\xa1",
                                 "\xed\xa0\x80",
                                 "\xed\xbf\xbf",
                                 "\xf0\x80\x80\x80",
                                 "\xf4\x90\x80\x80",
                                 "\xf8\x88\x80\x80",
                                 "\xfe",
                                 "\xff",
                                 "\\ud800",
                                 "\\udc00",
                                 "\\ud800\\u0041",
                                 "\\udc00\\ud800",
                                 "\\u0000",
                                 "a\\u0000b",
                                 "\x01",
                                 "\x1f",
                                 "\n"}) {
    const std::string value = std::string("\"") + text + "\"";
    tokens.push_back(WithHeader(Good().header.Set("x", value).ToJson()));
    tokens.push_back(WithHeader(Good().header.Set("kid", value).ToJson()));
    tokens.push_back(WithClaims(Good().claims.Set("x", value).ToJson()));
    tokens.push_back(WithClaims(Good().claims.Set("sub", value).ToJson()));
    tokens.push_back(WithClaims("{" + Inside(Good().claims) + "," + value + ":1}"));
  }
  return tokens;
}

Tokens LargeOnes() {
  Tokens tokens;
  for (const std::size_t size :
       {128U, 511U, 512U, 1023U, 1024U, 4095U, 8192U, 16383U, 16384U, 16385U, 65536U}) {
    tokens.emplace_back(size, 'A');
    tokens.push_back("e30." + std::string(size - 8, 'A') + ".AAA");
    tokens.push_back(std::string(size - 8, 'A') + ".e30.AAA");
    tokens.push_back("e30.e30." + std::string(size - 8, 'A'));
  }
  std::string names;
  for (int i = 0; i < 1200; ++i) names += "\"" + std::to_string(i) + "\":1,";
  tokens.push_back(WithHeader("{" + names + names + "\"alg\":\"ES256\"}"));
  tokens.push_back(WithClaims("{" + names + Inside(Good().claims.Remove("exp")) + "}"));
  tokens.push_back(
      WithHeader(Good().header.Set("kid", QuoteJson(std::string(11000, 'k'))).ToJson()));
  tokens.push_back(
      WithHeader(Good().header.Set("typ", QuoteJson(std::string(11000, 't'))).ToJson()));
  tokens.push_back(
      WithClaims(Good().claims.Set("aud", "[" + Repeat(2500, "\"a\",") + "\"b\"]").ToJson()));
  tokens.push_back(
      WithClaims(Good().claims.Set("sub", QuoteJson(std::string(11000, 's'))).ToJson()));
  tokens.push_back(WithSignature(Good().Token(), Bytes(11000, 1)));
  return tokens;
}

Tokens DamagedSignatures() {
  Tokens tokens;
  for (const Algorithm algorithm : {Algorithm::kEs256, Algorithm::kEs384, Algorithm::kEs512,
                                    Algorithm::kRs256, Algorithm::kPs256, Algorithm::kEdDsa}) {
    LoginAttempt attempt;
    attempt.SignBy(algorithm);
    const std::string good = attempt.Token();
    const Bytes signature = SignatureOf(good);
    for (std::size_t size = 0; size < signature.size(); size += 1 + signature.size() / 16) {
      tokens.push_back(WithSignature(
          good, Bytes(signature.begin(), signature.begin() + static_cast<long>(size))));
    }
    for (const std::uint8_t octet : Bytes{0x00, 0x01, 0x7f, 0xff}) {
      tokens.push_back(WithSignature(good, Bytes(signature.size(), octet)));
      Bytes longer = signature;
      longer.push_back(octet);
      tokens.push_back(WithSignature(good, longer));
    }
  }
  return tokens;
}

constexpr Damage kDamages[] = {
    {"FlippedBits", FlippedBits},
    {"Cuts", Cuts},
    {"Dots", Dots},
    {"ForeignCharacters", ForeignCharacters},
    {"RandomEdits", RandomEdits},
    {"HeadersOfWrongTypes", HeadersOfWrongTypes},
    {"ClaimsOfWrongTypes", ClaimsOfWrongTypes},
    {"ExtremeNumbers", ExtremeNumbers},
    {"NoObjects", NoObjects},
    {"DeepNesting", DeepNesting},
    {"RepeatedMembers", RepeatedMembers},
    {"DamagedUtf8", DamagedUtf8},
    {"LargeOnes", LargeOnes},
    {"DamagedSignatures", DamagedSignatures},
};

}  // namespace

std::span<const Damage> Damages() {
  return kDamages;
}

}  // namespace pamjwt::test
