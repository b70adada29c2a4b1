#include "auth/vault.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "auth/private_folder.hpp"
#include "auth/secret_json.hpp"
#include "base/base64.hpp"
#include "base/system_failure.hpp"
#include "ddx/error.hpp"
#include "platform/files.hpp"
#include "platform/wait_for_lock.hpp"

namespace ddx::auth {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* schema = "ddx/vault/1";
constexpr std::size_t largest_file = 4u << 20;
constexpr int most_tries = 3;

Error damaged(const fs::path& file, const std::string& why) {
  return Error(ErrorCode::vault_damaged, fmt::format("cannot read the vault '{}': {}", file.string(), why),
               {{Recovery::remove_vault, file.string()}});
}

struct Form {
  SealedBox box;
  std::vector<std::string> origins;
};

Form parse_form(const std::string& text) {
  const Json json = Json::parse(text);
  if (json.at("schema") != schema) throw std::invalid_argument("it was written by another version of ddx");
  Form form;
  form.origins = json.at("origins").get<std::vector<std::string>>();
  const Json& key = json.at("key");
  form.box.recipe.passes = key.at("passes").get<unsigned long long>();
  form.box.recipe.memory_bytes = key.at("memory").get<std::size_t>();
  form.box.recipe.salt = decode_base64(key.at("salt").get<std::string>());
  form.box.nonce = decode_base64(json.at("nonce").get<std::string>());
  form.box.bytes = decode_base64(json.at("box").get<std::string>());
  if (key.at("kind") != "argon2id13" || !form.box.is_sane())
    throw std::invalid_argument("its parameters are none that ddx ever writes");
  return form;
}

std::string to_text(const SealedBox& box, const std::vector<std::string>& origins) {
  const Json json = {{"schema", schema},
                     {"origins", origins},
                     {"key",
                      {{"kind", "argon2id13"},
                       {"passes", box.recipe.passes},
                       {"memory", box.recipe.memory_bytes},
                       {"salt", encode_base64(box.recipe.salt)}}},
                     {"nonce", encode_base64(box.nonce)},
                     {"box", encode_base64(box.bytes)}};
  return json.dump(2) + "\n";
}

}  // namespace

struct Vault::Content {
  SecretJson logins;
};

Vault::Vault(fs::path file, Passphrase passphrase, Host& host)
    : file_(std::move(file)), passphrase_(std::move(passphrase)), host_(host) {}

fs::path Vault::default_file(const Host& host) {
  const auto data = host.environment("XDG_DATA_HOME");
  if (data && fs::path(*data).is_absolute()) return fs::path(*data) / "ddx" / "vault";
  const auto home = host.environment("HOME");
  if (!home || !fs::path(*home).is_absolute())
    throw Error(ErrorCode::no_credential_store, "there is no place for a vault: HOME is not set",
                {{Recovery::set_token}});
  return fs::path(*home) / ".local/share/ddx/vault";
}

bool Vault::exists() const {
  std::error_code missing;
  return fs::exists(file_, missing);
}

std::optional<SealedBox> Vault::read(std::vector<std::string>& origins) {
  if (!exists()) return std::nullopt;
  try {
    const Directory folder = host_.files.open_root(file_.parent_path());
    const auto info = host_.files.info(folder, file_.filename());
    if (info && info->size > largest_file) throw damaged(file_, "it is far too large");
    const auto text = read_file(host_.files, folder, file_.filename());
    if (!text) return std::nullopt;
    Form form = parse_form(*text);
    origins = std::move(form.origins);
    return std::move(form.box);
  } catch (const std::system_error& failure) {
    throw to_error(failure, Aftermath::nothing_changed);
  } catch (const std::invalid_argument& failure) {
    throw damaged(file_, failure.what());
  } catch (const Json::exception&) {
    throw damaged(file_, "it is not what ddx writes");
  }
}

std::vector<std::string> Vault::origins() {
  std::vector<std::string> origins;
  static_cast<void>(read(origins));
  return origins;
}

Vault::Content Vault::open_content() {
  std::vector<std::string> origins;
  const auto box = read(origins);
  if (!box) return {};
  Asking asking = Asking::to_open;
  for (int tries = 0; tries < most_tries; ++tries) {
    if (!fits(*box)) {
      const Secret given = passphrase_(asking);
      if (given.empty()) break;
      asking = Asking::to_open_again;
      key_ = derive_key(box->recipe, given);
    }
    if (const auto text = open(*box, *key_)) {
      auto logins = SecretJson::parse(*text);
      if (!logins) throw damaged(file_, "what it holds is not what ddx writes");
      return {std::move(*logins)};
    }
    key_.reset();
  }
  throw Error(
      ErrorCode::vault_locked,
      fmt::format("the passphrase does not open the vault '{}', or the file was changed", file_.string()),
      {{Recovery::retry}, {Recovery::remove_vault, file_.string()}});
}

std::optional<LoginRecord> Vault::find(const std::string& origin) {
  const std::vector<std::string> known = origins();
  if (std::find(known.begin(), known.end(), origin) == known.end()) return std::nullopt;
  const Content content = open_content();
  return parse_record(content.logins.secret_of(origin));
}

bool Vault::fits(const SealedBox& box) const { return key_ && key_->recipe == box.recipe; }

void Vault::get_key() {
  std::vector<std::string> origins;
  if (read(origins)) return static_cast<void>(open_content());
  if (!key_) key_ = derive_key(KeyRecipe::fresh(), passphrase_(Asking::to_make));
}

void Vault::change(const std::function<void(Content&)>& edit) {
  try {
    const Directory folder = make_private_folder(file_.parent_path(), host_.files);
    std::optional<Descriptor> held;
    for (bool ready = false; !ready;) {
      held.reset();
      get_key();  // before the lock: somebody may take long to type, and others wait for the lock
      held = wait_for_lock(folder, "vault.lock", host_);
      if (!held) throw Error(ErrorCode::busy, "another ddx is changing the vault", {{Recovery::retry}});
      std::vector<std::string> origins;
      const auto box = read(origins);
      ready = !box || fits(*box);
    }
    Content content = open_content();
    edit(content);
    write(content);
  } catch (const std::system_error& failure) {
    throw to_error(failure, Aftermath::nothing_changed);
  }
}

void Vault::write(const Content& content) {
  const std::string text = to_text(seal(content.logins.text(), *key_), content.logins.keys());
  const Directory folder = host_.files.open_root(file_.parent_path());
  const std::string name = file_.filename(), aside = name + ".new";
  if (host_.files.info(folder, aside)) host_.files.remove(folder, aside);  // left by a process that died
  {
    const Descriptor file = host_.files.create(folder, aside, 0600);
    write_all(host_.files, file, text);
    host_.files.sync(file);
  }
  host_.files.rename(folder, aside, folder, name, RenameMode::replace);
  host_.files.sync(folder);
}

void Vault::store(const std::string& origin, const LoginRecord& record) {
  change([&](Content& content) { content.logins.set(origin, to_text(record)); });
}

bool Vault::remove(const std::string& origin) {
  const std::vector<std::string> known = origins();
  if (std::find(known.begin(), known.end(), origin) == known.end()) return false;
  change([&](Content& content) { content.logins.remove(origin); });
  return true;
}

}  // namespace ddx::auth
