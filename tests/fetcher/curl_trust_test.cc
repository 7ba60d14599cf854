// The certificates that CurlHttp trusts.
#include "fetcher/http_case.h"
#include "http/curl_http.h"

namespace pamjwt::http {
namespace {

using test::Accepted;
using test::LoopbackServer;

using CurlTrustTest = HttpCase;

TEST_F(CurlTrustTest, TrustsTheAuthoritiesOfTheFileAlone) {
  const test::TestCa other("another CA");
  const LoopbackServer ours(ca_.MakeServer(), RespondWell);
  const LoopbackServer theirs(other.MakeServer(), RespondWell);
  EXPECT_TRUE(Accepted(Fetch(RequestFor(ours.Url("/")))));
  EXPECT_TRUE(FailedWith("certificate", Fetch(RequestFor(theirs.Url("/")))));
}

TEST_F(CurlTrustTest, TrustsNoAuthorityOfItsOwnWithoutAFile) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  HttpRequest request = RequestFor(server.Url("/"));
  request.ca_file.clear();
  EXPECT_TRUE(FailedWith("certificate", Fetch(request)));
}

TEST_F(CurlTrustTest, TrustsWhatTheFileSaysNow) {
  const test::TestCa other("another CA");
  const LoopbackServer ours(ca_.MakeServer(), RespondWell);
  const LoopbackServer theirs(other.MakeServer(), RespondWell);
  EXPECT_TRUE(Accepted(Fetch(RequestFor(ours.Url("/")))));
  directory_.Write("ca.pem", other.Pem());
  EXPECT_TRUE(Accepted(Fetch(RequestFor(theirs.Url("/")))));
  EXPECT_TRUE(FailedWith("certificate", Fetch(RequestFor(ours.Url("/")))));
}

TEST_F(CurlTrustTest, SaysWhichAuthoritiesAreTrusted) {
  const test::TestCa other("another CA");
  const LoopbackServer theirs(other.MakeServer(), RespondWell);
  HttpRequest request = RequestFor(theirs.Url("/"));
  EXPECT_TRUE(
      FailedWith("; only the certificates in ca_file are trusted: " + ca_file_, Fetch(request)));
  request.ca_file.clear();
  EXPECT_TRUE(FailedWith("; ca_file is not set, so the authorities of this host are trusted",
                         Fetch(request)));
}

TEST_F(CurlTrustTest, BlamesNoAuthorityForAnotherName) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  const Result<HttpResponse> response = Fetch(RequestFor(server.Url("/", "unnamed.test")));
  ASSERT_TRUE(FailedWith("certificate", response));
  EXPECT_EQ(response.error().detail.find("ca_file"), std::string::npos) << response.error().detail;
}

TEST_F(CurlTrustTest, WantsTheHostInTheCertificate) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  EXPECT_TRUE(Accepted(Fetch(RequestFor(server.Url("/", "idp.test")))));
  EXPECT_TRUE(FailedWith("certificate", Fetch(RequestFor(server.Url("/", "unnamed.test")))));
}

TEST_F(CurlTrustTest, WantsACertificateOfToday) {
  test::CertificateSpec spec;
  spec.is_expired = true;
  const LoopbackServer expired(ca_.MakeServer(spec), RespondWell);
  const LoopbackServer valid(ca_.MakeServer(), RespondWell);
  EXPECT_TRUE(Accepted(Fetch(RequestFor(valid.Url("/")))));
  EXPECT_TRUE(FailedWith("expired", Fetch(RequestFor(expired.Url("/")))));
}

TEST_F(CurlTrustTest, WantsTls12) {
  const auto up_to = [&](int version) {
    test::SslCtxPtr tls = ca_.MakeServer();
    SSL_CTX_set_cipher_list(tls.get(), "DEFAULT:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(tls.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(tls.get(), version);
    return tls;
  };
  const LoopbackServer old(up_to(TLS1_1_VERSION), RespondWell);
  const LoopbackServer new_enough(up_to(TLS1_2_VERSION), RespondWell);
  EXPECT_TRUE(Accepted(Fetch(RequestFor(new_enough.Url("/")))));
  EXPECT_TRUE(FailedWith("protocol version", Fetch(RequestFor(old.Url("/")))));
}

TEST_F(CurlTrustTest, RefusesAFileOfCertificatesThatOtherUsersMayWrite) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  EXPECT_TRUE(Accepted(Fetch(RequestFor(server.Url("/")))));
  directory_.SetMode("ca.pem", 0666);
  EXPECT_TRUE(FailedWith("may be written by", Fetch(RequestFor(server.Url("/")))));
}

}  // namespace
}  // namespace pamjwt::http
