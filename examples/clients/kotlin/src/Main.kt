import com.google.gson.Gson
import com.google.gson.JsonParser
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import miniprogram.login.apis.QQApi
import miniprogram.login.apis.SessionsApi
import miniprogram.login.apis.UsersApi
import miniprogram.login.apis.WeChatApi
import miniprogram.login.infrastructure.ApiClient
import miniprogram.login.infrastructure.ClientError
import miniprogram.login.infrastructure.ClientException
import miniprogram.login.infrastructure.Serializer
import miniprogram.login.models.ApiError
import miniprogram.login.models.SignedProfileLink
import miniprogram.login.models.SilentLoginWechat

/** A login code from the sandbox. In an app it comes from wx.login() or qq.login(). */
fun codeOf(server: String, platform: String, person: String): String {
    val request = HttpRequest.newBuilder(URI("$server/sandbox/$platform/login"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(Gson().toJson(mapOf("person" to person))))
        .build()
    val answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString())
    return JsonParser.parseString(answer.body()).asJsonObject["code"].asString
}

/** Logs a person in on WeChat, links QQ, reads the user and logs out. Arguments: the server's address, the person's name in the sandbox. */
fun main(args: Array<String>) {
    val (server, person) = args
    ApiClient.apiKey["X-Hydrogen-Client-ID"] = "sandbox"
    ApiClient.apiKeyPrefix["Authorization"] = "Hydrogen-r1"

    val first = SilentLoginWechat(code = codeOf(server, "wechat", person))
    val session = WeChatApi(server).silentLoginWechat(first)
    ApiClient.apiKey["Authorization"] = session.token
    println("logged in as ${session.userId}")
    println("linked to ${QQApi(server).linkQq(SignedProfileLink(code = codeOf(server, "qq", person))).userId}")
    val user = UsersApi(server).getUser(session.userId)
    println("platforms ${user.provider.orEmpty().keys.sorted().joinToString(" ")}")
    println("logged out ${SessionsApi(server).logout(body = emptyMap<String, Any>()).status}")

    try {
        WeChatApi(server).silentLoginWechat(first)
    } catch (failure: ClientException) {
        val body = (failure.response as ClientError<*>).body as String
        println("refused ${failure.statusCode} ${Serializer.gson.fromJson(body, ApiError::class.java).code}")
    }
}
