#include "jwt-sso/browser/loopback.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/jose/base64url.h"
#include "core/jose/random_bytes.h"
#include "core/oauth/redirect_uri.h"
#include "io/clock.h"
#include "jwt-sso/browser/listener.h"
#include "jwt-sso/browser/server.h"

namespace pamjwt::sso {
namespace {

std::string Refusal(std::string_view status, std::string title, std::string detail,
                    std::string next = "Go back to the terminal.") {
  return PageResponse(status, {false, std::move(title), std::move(detail), std::move(next)});
}

std::string NotFound() {
  return Refusal("404 Not Found", "There is no such page",
                 "This is jwt-sso. It only waits here for the end of a login.");
}

/// Returns a path of this server that nobody can guess. Errors: kInternal.
Result<std::string> RandomPath(std::string_view directory) {
  constexpr std::size_t kRandomBytes = 16;
  const Result<Bytes> bytes = RandomBytes(kRandomBytes);
  if (!bytes.ok()) return bytes.error();
  return std::string(directory) + EncodeBase64Url(bytes.value());
}

}  // namespace

struct Loopback::Parts {
  Server server;
  std::string host;          ///< as requests name it
  std::string redirect_uri;  ///< with the port
  std::string answer_path;   ///< the path of redirect_uri
  std::string start_path;    ///< leads to start_url
  std::string start_url;     ///< empty: there is none, or it was given out
  std::string end_path;      ///< of the page that stays

  /// The state of the attempt with which the browser came back, and nothing more of it.
  oauth::AuthorizationAttempt ended;

  /// Returns the answer to a request that this server takes from nobody, or nullopt.
  [[nodiscard]] std::optional<std::string> Refuse(const Result<Request>& request) const;
  /// Returns the answer to a request for the address that leads to the provider.
  std::string Start();
};

std::optional<std::string> Loopback::Parts::Refuse(const Result<Request>& request) const {
  if (!request.ok()) return Refusal("400 Bad Request", "Bad request", request.error().detail);
  // A page of the web can let a name of its own lead here (DNS rebinding). The request has that
  // name.
  if (request.value().host != host) {
    return Refusal("400 Bad Request", "Bad request", "The request is for another server.");
  }
  if (request.value().method != "GET") {
    return Refusal("501 Not Implemented", "Bad request", "This server knows no method but GET.");
  }
  return std::nullopt;
}

std::string Loopback::Parts::Start() {
  const std::string url = std::exchange(start_url, "");
  if (!url.empty()) return RedirectResponse(url);
  return Refusal("410 Gone", "This address works only once",
                 "The login was begun with it before, here or in another browser.",
                 "To go on in this browser, open the address that the terminal shows.");
}

Loopback::Loopback(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Loopback::Loopback(Loopback&&) noexcept = default;
Loopback& Loopback::operator=(Loopback&&) noexcept = default;
Loopback::~Loopback() = default;

Result<Loopback> Loopback::Open(std::string_view redirect_uri,
                                const std::vector<std::uint16_t>& ports) {
  const Result<oauth::RedirectUri> place = oauth::ParseRedirectUri(redirect_uri);
  if (!place.ok()) return place.error();
  Result<std::string> end_path = RandomPath("/end/");
  if (!end_path.ok()) return std::move(end_path).error();
  Result<Listener> listener = Listen(place.value().host, ports);
  if (!listener.ok()) return std::move(listener).error();
  const std::uint16_t port = listener.value().port;
  Parts parts{Server(std::move(listener).value()),
              place.value().Host(port),
              place.value().WithPort(port),
              place.value().path.empty() ? "/" : place.value().path,
              "",
              "",
              std::move(end_path).value(),
              {}};
  return Loopback(std::make_unique<Parts>(std::move(parts)));
}

const std::string& Loopback::redirect_uri() const {
  return parts_->redirect_uri;
}

std::uint16_t Loopback::port() const {
  return parts_->server.port();
}

Result<std::string> Loopback::AddressFor(std::string_view url) {
  if (!std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; })) {
    return Error{Reason::kMalformed, "the address of the login has characters that no url has"};
  }
  Result<std::string> path = RandomPath("/start/");
  if (!path.ok()) return path;
  parts_->start_path = std::move(path).value();
  parts_->start_url = url;
  return "http://" + parts_->host + parts_->start_path;
}

Result<oauth::Redirect> Loopback::WaitForRedirect(const oauth::AuthorizationAttempt& attempt,
                                                  std::int64_t deadline_ns) {
  std::optional<oauth::Redirect> came;
  const auto answer = [&](const Result<Request>& request) -> std::optional<std::string> {
    std::optional<std::string> refusal = parts_->Refuse(request);
    if (refusal.has_value()) return refusal;
    const Request& taken = request.value();
    if (taken.path == parts_->start_path) return parts_->Start();
    if (taken.path != parts_->answer_path) return NotFound();
    Result<oauth::Redirect> redirect = oauth::Redirect::Parse(taken.query, attempt);
    if (!redirect.ok()) {
      return Refusal("400 Bad Request", "This is not the answer to the login",
                     "It may be of an earlier login, or another page has sent you here: " +
                         redirect.error().detail + ".");
    }
    if (!came.has_value()) came = std::move(redirect).value();
    return std::nullopt;
  };
  while (!came.has_value()) {
    if (MonotonicNs() >= deadline_ns) {
      return Error{
          Reason::kKeysMissing,
          "the browser did not come back in time from the login: jwt-sso login starts it again"};
    }
    Status step = parts_->server.Step(deadline_ns, answer);
    if (!step.ok()) return std::move(step).error();
  }
  parts_->ended.state = attempt.state;
  return std::move(*came);
}

void Loopback::Show(const LoginOutcome& outcome) {
  constexpr std::int64_t kPatienceNs = 2'000'000'000;
  if (parts_->ended.state.empty()) return;
  // The address that stays, also in the history of the browser, has no code in it.
  const std::string to_end = RedirectResponse("http://" + parts_->host + parts_->end_path);
  bool was_shown = false;
  const auto answer = [&](const Result<Request>& request) -> std::optional<std::string> {
    std::optional<std::string> refusal = parts_->Refuse(request);
    if (refusal.has_value()) return refusal;
    const Request& taken = request.value();
    if (taken.path == parts_->end_path) {
      was_shown = true;
      return PageResponse("200 OK", outcome);
    }
    // The user may have pressed reload, or the button of the provider twice.
    const bool is_answer = taken.path == parts_->answer_path &&
                           oauth::Redirect::Parse(taken.query, parts_->ended).ok();
    return is_answer ? to_end : NotFound();
  };
  parts_->server.AnswerWaiting(to_end);
  const std::int64_t deadline_ns = MonotonicNs() + kPatienceNs;
  while ((!was_shown || parts_->server.is_sending()) && MonotonicNs() < deadline_ns) {
    if (!parts_->server.Step(deadline_ns, answer).ok()) return;
  }
}

}  // namespace pamjwt::sso
