/** The API page at /docs: the server's own OpenAPI document, to read and to try. */
import 'swagger-ui-dist/swagger-ui.css'
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'

SwaggerUI({ dom_id: '#api', url: '/openapi.json', deepLinking: true, docExpansion: 'none', persistAuthorization: true })
